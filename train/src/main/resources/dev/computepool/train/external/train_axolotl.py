"""Trains with axolotl as axolotl.yml says. It can be run again by hand:

    python train.py [--resume ../checkpoint-40]
"""

import computepool_run as computepool


def train(settings, resume):
    computepool.prepare(settings)
    computepool.emit("log", message="Loading axolotl")
    from axolotl.cli.train import do_cli
    from computepool_axolotl import trainers

    more = {} if resume is None else {"resume_from_checkpoint": resume}
    do_cli(config=str(computepool.PROGRAM / "axolotl.yml"), **more)
    if not trainers:
        computepool.fail("this version of axolotl did not show its trainer to our plugin")
    computepool.finish(trainers[-1], settings)


if __name__ == "__main__":
    computepool.main(train)
