"""Send the notices of `agenda.workflow.notices` by email. Only the command `send_notices` sends."""
