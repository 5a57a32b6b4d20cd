"""Tests of `truant.simulator.topologies`."""
