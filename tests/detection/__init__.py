"""Tests of `truant.detection`."""
