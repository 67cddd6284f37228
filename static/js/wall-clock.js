// Dates in the admin are local to the meeting, not to the editor. Without the server's offset, Django's calendars do
// not warn of hours “behind server time”.
delete document.body.dataset.adminUtcOffset;
