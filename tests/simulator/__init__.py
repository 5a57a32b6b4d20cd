"""Tests of `truant.simulator`."""
