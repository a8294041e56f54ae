"""Courses with problems that are solved in code, discussions, progress and exams."""
