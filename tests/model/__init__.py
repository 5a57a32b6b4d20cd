"""Tests of `truant.model`."""
