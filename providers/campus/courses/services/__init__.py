"""What campus does, in verbs. Routers call these and nothing else; these know no HTTP."""
