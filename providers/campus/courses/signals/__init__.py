"""What follows when a row of courses is saved or deleted. Importing this package connects it all."""
