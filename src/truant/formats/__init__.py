"""Findings in the forms that others read: pure, one file a form."""
