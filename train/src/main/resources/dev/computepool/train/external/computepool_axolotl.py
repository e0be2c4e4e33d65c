"""Has axolotl's trainer write the lines of a ComputePool run; axolotl.yml names it as a plugin."""

import json

import computepool_run as computepool
from axolotl.integrations.base import BasePlugin

trainers = []


class Reports(BasePlugin):
    def post_trainer_create(self, cfg, trainer):
        settings = json.loads((computepool.PROGRAM / "settings.json").read_text(encoding="utf-8"))
        computepool.watch(trainer, settings)
        trainers.append(trainer)
