"""``chat``: talks to the result of a run, or answers the recipe's prompts with and without the training."""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, GenerationConfig, TextStreamer

from .config import Plan, load_plan, newest_attempt
from .errors import UserError
from .events import append_event
from .export import output_folder
from .templates import Message, Template
from .tokenizer import load_tokenizer
from .weights import model_folder

HELP = "Type a message; /clear forgets the conversation, /quit ends it, Ctrl-C stops an answer."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of ``chat``."""
    parser.add_argument("--run-dir", required=True, type=Path, help="run directory")
    parser.add_argument("--prompt", action="append", default=[], help="ask this alone and end; may be repeated")
    parser.add_argument("--compare", action="store_true", help="answer the recipe's prompts before and after")
    parser.add_argument("--device", choices=("auto", "cpu"), default="auto")
    parser.add_argument("--max-new-tokens", type=int, default=512, help="longest answer")


def run(args: argparse.Namespace) -> int:
    """Answers what was asked, in one of the three ways; answers go to stdout."""
    result = Result(args.run_dir, args.device, args.max_new_tokens)
    if args.compare:
        prompts = json.loads((args.run_dir / "recipe.json").read_text("utf-8")).get("prompts", [])
        for prompt, before, after in result.compare(prompts):
            append_event(args.run_dir, "answer", prompt=prompt, before=before, after=after)
            print(f"> {prompt}\nbefore: {before}\nafter:  {after}\n", flush=True)
        return 0
    result.load_trained()
    for prompt in args.prompt:
        if len(args.prompt) > 1:
            print(f"> {prompt}")
        result.answer([{"role": "user", "content": prompt}], aloud=True)
    if not args.prompt:
        converse(result)
    return 0


class Result:
    """What a run produced: the base model with its adapter, or the checkpoint that freeze-tuning left."""

    def __init__(self, run_dir: Path, device: str, max_new_tokens: int) -> None:
        """Finds everything; loads no weights.

        Raises:
            UserError: ``no-result`` where the run has not finished, or had random weights.
        """
        self.plan: Plan = load_plan(run_dir / "attempts" / str(newest_attempt(run_dir)) / "plan.json")
        if self.plan.model.weights == "random":
            message = f"{run_dir}: the weights of this run were random, so nothing of it was kept."
            raise UserError("no-result", message, "Train a model with its weights.")
        self.base = model_folder(self.plan.model)
        self.folder = output_folder(run_dir, self.plan)
        self.is_adapter = self.plan.training.method == "lora"
        made = "adapter_config.json" if self.is_adapter else "config.json"
        if not (self.folder / made).is_file():
            message = f"{self.folder}: there is no result of this run yet."
            raise UserError("no-result", message, "Wait until the run has finished, or continue it: resume.")
        template = json.loads((run_dir / "data.json").read_text("utf-8"))["template"]
        self.template = Template(template, load_tokenizer(str(self.base)))
        self.on_cards = device == "auto" and torch.cuda.is_available()
        self.max_new_tokens = max_new_tokens
        self.model: Any = None

    def load_trained(self) -> None:
        """Loads the result in the run's precision, over all cards or on the CPU."""
        if not self.is_adapter:
            self._load(self.folder)
            return
        from peft import PeftModel

        self._load(self.base)
        self.model = PeftModel.from_pretrained(self.model, str(self.folder)).eval()

    def compare(self, prompts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Each prompt with the base model's answer and the trained one's. An adapter is switched off and on;
        of two whole checkpoints only one is in memory at a time.
        """
        conversations: list[list[Message]] = [[{"role": "user", "content": prompt}] for prompt in prompts]
        if self.is_adapter:
            self.load_trained()
        else:
            self._load(self.base)
        with self.model.disable_adapter() if self.is_adapter else nullcontext():
            before = [self.answer(messages) for messages in conversations]
        if not self.is_adapter:
            self.load_trained()
        for prompt, messages, untrained in zip(prompts, conversations, before, strict=True):
            yield prompt, untrained, self.answer(messages)

    def answer(self, messages: Sequence[Message], aloud: bool = False) -> str:
        """The greedy answer to a conversation that ends with a question; ``aloud`` prints it as it comes."""
        tokenizer = self.template.tokenizer
        prompt = torch.tensor([self.template.prompt_ids(messages)], device=self.model.device)
        output = self.model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            tokenizer=tokenizer,
            streamer=Printer(self.template) if aloud else None,
        )
        text = tokenizer.decode(output[0, prompt.shape[1] :], skip_special_tokens=True)
        return before_stop(text, self.template.stop_strings).strip()

    def _load(self, folder: Path) -> None:
        self.model = None
        gc.collect()
        self.model = AutoModelForCausalLM.from_pretrained(
            str(folder),
            dtype=self.plan.precision.dtype,
            attn_implementation=self.plan.model.attention,
            device_map="auto" if self.on_cards else "cpu",
        ).eval()
        self.model.generation_config = self._greedy(self.model.generation_config)

    def _greedy(self, own: GenerationConfig) -> GenerationConfig:
        """Of the model's own generation settings only the ends of text: its sampling would hide what was learned."""
        ends = set(own.eos_token_id if isinstance(own.eos_token_id, list) else [own.eos_token_id])
        known = sorted((ends | {self.template.tokenizer.eos_token_id}) - {None})
        return GenerationConfig(
            do_sample=False,
            max_new_tokens=self.max_new_tokens,
            eos_token_id=known or None,
            pad_token_id=known[0] if known else None,
            stop_strings=self.template.stop_strings or None,
        )


class Printer(TextStreamer):  # type: ignore[misc]  # transformers is not typed
    """Prints an answer word by word, without the text that ends it."""

    def __init__(self, template: Template) -> None:
        """Decodes with the template's tokenizer."""
        super().__init__(template.tokenizer, skip_prompt=True, skip_special_tokens=True)
        self._stops = template.stop_strings

    def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
        """Called with each finished piece; the last holds what the streamer kept back."""
        print(before_stop(text, self._stops), end="\n" if stream_end else "", flush=True)


def before_stop(text: str, stops: Sequence[str]) -> str:
    """The text up to the first of the stop strings."""
    for stop in stops:
        text = text.partition(stop)[0]
    return text


def converse(result: Result) -> None:
    """A conversation on the terminal, its history kept, until /quit or the end of the input."""
    with suppress(ImportError):  # not on Windows
        import readline  # noqa: F401  gives input() its line editing
    print(HELP)
    history: list[Message] = []
    while True:
        try:
            said = input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if said == "/quit":
            return
        if said == "/clear":
            history = []
        elif said.startswith("/"):
            print(HELP)
        elif said:
            history.append({"role": "user", "content": said})
            try:
                history.append({"role": "assistant", "content": result.answer(history, aloud=True)})
            except KeyboardInterrupt:  # the question goes too, so that turns keep alternating
                history.pop()
                print("\n(stopped)")
