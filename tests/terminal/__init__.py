"""Tests of `truant.terminal`."""
