"""A helper's pages: what a link and its PIN open, in its hours. Nobody here is staff, whatever else this device is signed in as."""
