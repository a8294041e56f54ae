"""Writers of what a run found: text, JSON, JUnit and the matrix. They read results and judge nothing."""
