// Dates in the admin are those at the place of the meeting, wherever the editor sits. Without the server's offset,
// Django's calendars say nothing of hours “behind server time”.
delete document.body.dataset.adminUtcOffset;
