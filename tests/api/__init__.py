"""Tests of the API, by clients of AWS that know nothing of Truant."""
