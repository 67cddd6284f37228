"""The list of meetings and the month calendar. All filters are query parameters, so that every view has an address."""
