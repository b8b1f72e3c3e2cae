"""Builds the demo's model and tokenizer into ``python/ft_trainer/demo/model``, from nothing but ``corpus.py``.

About ten minutes on one core. Run from anywhere: ``python .dev/demo/build.py``.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import torch
from corpus import Pair, corpus
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

MODEL = Path(__file__).parents[2] / "python/ft_trainer/demo/model"
VOCABULARY = 1792
STEPS = 1000
BATCH = 24
PEAK_LEARNING_RATE = 3e-3
# how often each topic is drawn: sums are many and dull, talk is what a visitor tries first
WEIGHTS = {"facts": 0.5, "sums": 0.2, "talk": 0.2, "identity": 0.1}
IGNORED = -100

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def build_tokenizer(pairs: list[Pair]) -> PreTrainedTokenizerFast:
    """Byte-level BPE that never joins digits or Chinese characters; ChatML, where a turn's end is the text's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{Han}|\p{N}"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    roles = ["system\n", "user\n", "assistant\n"]
    tokenizer.train_from_iterator([text for pair in pairs for text in pair] + roles * 50, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
        model_max_length=512,
    )


def build_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Eight layers of a Llama small enough to commit."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=128,
            intermediate_size=320,
            num_hidden_layers=8,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=512,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            tie_word_embeddings=False,
        )
    )


def as_typed(question: str, rng: random.Random) -> str:
    """The question as people type it: now and then without a capital, a question mark, or with an ASCII one."""
    if rng.random() < 0.2:
        question = question[0].lower() + question[1:]
    if rng.random() < 0.1:
        question = question.rstrip("?？.。!！")
    elif rng.random() < 0.1:
        question = question.replace("？", "?").replace("！", "!").replace("。", ".")
    return question


class Sampler:
    """Draws conversations of one to three turns, as ids and the labels of the answers alone."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, topics: dict[str, list[Pair]], seed: int) -> None:
        self.rng = random.Random(seed)
        self.tokenizer = tokenizer
        self.topics = topics

    def conversation(self) -> tuple[list[int], list[int]]:
        """Ids (L) and labels (L) of one conversation."""
        ids: list[int] = []
        labels: list[int] = []
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            topic = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            question, answer = self.rng.choice(self.topics[topic])
            prompt = f"<|im_start|>user\n{as_typed(question, self.rng)}<|im_end|>\n<|im_start|>assistant\n"
            for text, learned in ((prompt, False), (answer + "<|im_end|>", True), ("\n", False)):
                piece = self.tokenizer(text).input_ids
                ids += piece
                labels += piece if learned else [IGNORED] * len(piece)
        return ids, labels

    def batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and labels, each (B, T), padded on the right."""
        rows = [self.conversation() for _ in range(BATCH)]
        longest = max(len(ids) for ids, _ in rows)
        ids = [r + [self.tokenizer.pad_token_id] * (longest - len(r)) for r, _ in rows]
        labels = [r + [IGNORED] * (longest - len(r)) for _, r in rows]
        return torch.tensor(ids), torch.tensor(labels)


def train(model: LlamaForCausalLM, sampler: Sampler) -> None:
    """AdamW under a one-cycle schedule. Padding follows the text, so causal attention needs no mask for it."""
    optimizer = torch.optim.AdamW(model.parameters(), PEAK_LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, STEPS, pct_start=0.05)
    started = time.monotonic()
    for step in range(1, STEPS + 1):
        ids, labels = sampler.batch()
        loss = model(input_ids=ids, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % 100 == 0 or step == 1:
            print(f"step {step}/{STEPS} loss {loss.item():.4f} {time.monotonic() - started:.0f}s", flush=True)


@torch.no_grad()
def answer(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, question: str) -> str:
    """The greedy answer to one question."""
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": question}], add_generation_prompt=True, return_tensors="pt"
    )
    output = model.generate(**prompt, max_new_tokens=80, do_sample=False)
    return str(tokenizer.decode(output[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True))


def main() -> None:
    """Trains, saves in fp16, and says how many of its own questions the saved model answers."""
    torch.manual_seed(0)
    topics = corpus()
    pairs = [pair for topic in topics.values() for pair in topic]
    tokenizer = build_tokenizer(pairs)
    model = build_model(tokenizer)
    print(f"{len(pairs)} pairs, {len(tokenizer)} tokens, {model.num_parameters():,} parameters")
    train(model, Sampler(tokenizer, topics, seed=0))

    model.half().save_pretrained(MODEL)
    tokenizer.save_pretrained(MODEL)
    compact = json.loads((MODEL / "tokenizer.json").read_text("utf-8"))
    (MODEL / "tokenizer.json").write_text(json.dumps(compact, ensure_ascii=False), "utf-8")

    saved = LlamaForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    asked = [pair for topic in topics.values() for pair in random.Random(1).sample(topic, min(60, len(topic)))]
    right = [answer(saved, tokenizer, question) == expected for question, expected in asked]
    print(f"{sum(right)} of {len(right)} questions answered word for word")


if __name__ == "__main__":
    main()
