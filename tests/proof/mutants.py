"""The supervisor, broken on purpose: each change has to break the proof that it names, or a unit test."""
import os
import shutil


def jobs(run, cbmc, say, source, build):
    return []
