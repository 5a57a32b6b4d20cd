"""Tests of `truant.simulator.attacks`."""
