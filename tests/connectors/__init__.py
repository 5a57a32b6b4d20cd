"""Tests of `truant.connectors`."""
