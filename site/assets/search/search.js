// The dialog.
