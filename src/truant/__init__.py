"""Truant finds the credentials of EC2 instances that are used away from their instance."""
