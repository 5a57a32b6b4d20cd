"""Tests of `truant.runners`."""
