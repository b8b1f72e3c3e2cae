"""One stage of the model: built on the meta device, then filled with only the tensors that are its own."""

from __future__ import annotations

import contextlib
import gc
from typing import Any

import torch
from accelerate import init_empty_weights
from torch import nn
from transformers import AutoModelForCausalLM, PretrainedConfig
from transformers.initialization import no_init_weights

from . import adapters
from .attention import choose_kernels, masks_for
from .config import Plan
from .dropout import DropoutSources
from .errors import UserError
from .norms import fuse_norms
from .recompute import recompute_activations
from .rotary import speed_up_rotary
from .weights import Checkpoint, RandomWeights, model_config, model_folder

_EMBEDDING = "model.embed_tokens.weight"
_HEAD = "lm_head.weight"


class PassThrough(nn.Module):
    """Stands at the index of a layer that lives on another rank and hands hidden states on unchanged."""

    def forward(self, hidden_states: torch.Tensor, *_args: object, **_kwargs: object) -> torch.Tensor:
        """Returns ``hidden_states`` (B, T, D)."""
        return hidden_states


class Stage(nn.Module):
    """The layers of one rank, wrapped so that a pipeline can feed it.

    The first stage takes token ids (B, T); the others take hidden states (B, T, D). All return hidden states
    (B, T, D); on the last stage these are normalized and ready for the head (see ``loss.py``).

    Attributes:
        model: The causal language model of transformers, with ``PassThrough`` wherever a part is not ours.
        index: Place in the pipeline, from 0.
        device: Where this stage computes; meta until it is loaded.
        trains: Whether a gradient passes through any of its layers.
        passes_gradient_on: Whether the stage before wants the gradient of what it sent.
        dropouts: Where its layers take their random numbers from.
    """

    def __init__(self, model: nn.Module, plan: Plan, index: int, dropouts: DropoutSources) -> None:
        """Wraps an already cut model."""
        super().__init__()
        self.model = model
        self.index = index
        self.is_first = index == 0
        self.is_last = index == len(plan.stages) - 1
        self.compute_dtype = plan.precision.dtype
        self.device = torch.device("meta")
        self.trains = plan.stages[index].layers[1] > plan.first_trained_layer
        self.passes_gradient_on = plan.gradient_crosses(index)
        self.dropouts = dropouts

    @property
    def head(self) -> nn.Module:
        """The projection to the vocabulary; ours on the last stage only."""
        return self.model.get_submodule("lm_head")

    @property
    def config(self) -> PretrainedConfig:
        """The model's configuration."""
        return self.model.config

    def autocast(self) -> contextlib.AbstractContextManager[None]:
        """The precision everything on this stage computes in."""
        return torch.autocast(self.device.type, self.compute_dtype, enabled=self.compute_dtype != torch.float32)

    def forward(self, inputs: torch.Tensor, positions: torch.Tensor | None = None) -> torch.Tensor:
        """Ids (B, T) or hidden states (B, T, D) in; hidden states (B, T, D) out, in the compute dtype.

        Args:
            inputs: Ids on the first stage, hidden states on the others.
            positions: For packed rows, the place of every token in its sample (B, T); a sample starts at each 0.
        """
        decoder = self.model.get_submodule("model")
        with self.autocast(), masks_for(positions):
            if self.is_first:
                output = decoder(input_ids=inputs, position_ids=positions, use_cache=False)
            else:
                output = decoder(inputs_embeds=inputs, position_ids=positions, use_cache=False)
        hidden: torch.Tensor = output.last_hidden_state
        return hidden.to(self.compute_dtype)


def build_stage(plan: Plan, index: int) -> Stage:
    """Builds stage ``index`` on the meta device: nothing is allocated but small buffers (rotary frequencies).

    Raises:
        UserError: ``model-not-found`` where there is no model.
    """
    config = model_config(plan.model)
    config.use_cache = False
    # Parameters only: buffers such as rotary frequencies are computed, not stored, and must come out real and fp32.
    with init_empty_weights(include_buffers=False), no_init_weights():
        model = AutoModelForCausalLM.from_config(
            config, dtype=plan.precision.dtype, attn_implementation=plan.model.attention
        )
    _keep_only(model, plan, index)
    adapters.make_trainable(model, plan)
    fuse_norms(model)
    speed_up_rotary(model)
    dropouts = DropoutSources(model, plan.training.seed)
    if plan.checkpointing == "full":
        recompute_activations(model, plan, index)
    model.train()
    return Stage(model, plan, index, dropouts)


def _keep_only(model: Any, plan: Plan, index: int) -> None:
    """Puts ``PassThrough`` in place of every layer, embedding, norm and head of other stages, at its own index.

    The index must be kept: Qwen and Gemma choose each layer's attention mask and rotary table by it.
    """
    decoder: Any = model.get_submodule("model")
    start, end = plan.stages[index].layers
    is_last = index == len(plan.stages) - 1
    for place in range(plan.model.layers):
        if not start <= place < end:
            decoder.layers[place] = PassThrough()
    tied = bool(getattr(model.config, "tie_word_embeddings", False))
    if index > 0:
        decoder.embed_tokens = PassThrough()
    if not is_last:
        decoder.norm = PassThrough()
        model.lm_head = PassThrough()
    elif tied and index == 0:
        model.lm_head.weight = decoder.embed_tokens.weight


def load_stage(stage: Stage, plan: Plan, device: torch.device) -> None:
    """Reads this stage's tensors from safetensors one by one, casts them and moves them to ``device``.

    Random weights are drawn on ``device`` instead. Trainables are loaded as fp32, LoRA matrices get their initial
    values, everything else is stored in the plan's precision. At most one tensor at a time is held on the host beyond
    what the stage keeps.

    Raises:
        UserError: ``missing-tensor``, ``broken-checkpoint``, ``wrong-shape``, or ``fp16-overflow`` where a value
            does not fit in fp16.
    """
    if plan.model.weights == "random":
        source: Checkpoint | RandomWeights = RandomWeights(stage.config, plan.training.seed, device)
    else:
        source = Checkpoint(model_folder(plan.model))
    loaded: dict[nn.Parameter, nn.Parameter] = {}
    for module_name, module in stage.model.named_modules():
        for name, placeholder in list(module.named_parameters(recurse=False)):
            full_name = f"{module_name}.{name}" if module_name else name
            if placeholder not in loaded:
                values = _values(full_name, placeholder, source, plan, device)
                loaded[placeholder] = nn.Parameter(values, requires_grad=placeholder.requires_grad)
            setattr(module, name, loaded[placeholder])
    for module in stage.model.modules():
        for name, buffer in list(module.named_buffers(recurse=False)):
            module._buffers[name] = buffer.to(device)
    stage.device = device
    stage.dropouts.place(device)
    choose_kernels(device)
    _assert_complete(stage)
    gc.collect()


def _values(
    name: str, placeholder: nn.Parameter, source: Checkpoint | RandomWeights, plan: Plan, device: torch.device
) -> torch.Tensor:
    """The values of one parameter, in the placeholder's dtype."""
    if adapters.is_adapter(name):
        return adapters.initial_adapter(name, placeholder.shape, plan.training.seed).to(device)
    stored = name.replace(".base_layer.", ".")
    if stored == _HEAD and stored not in source:
        stored = _EMBEDDING
    if isinstance(source, RandomWeights):
        return source.make(stored, placeholder)
    return _read(stored, placeholder, source, device)


def _read(name: str, placeholder: nn.Parameter, checkpoint: Checkpoint, device: torch.device) -> torch.Tensor:
    """The stored values of one parameter, cast and moved."""
    tensor = checkpoint.read(name)
    if tensor.shape != placeholder.shape:
        raise UserError(
            "wrong-shape",
            f"{checkpoint.files[name]}: {name} is {list(tensor.shape)}, config.json says {list(placeholder.shape)}",
            "Check that config.json belongs to these weights.",
        )
    # Cast on the host, so that the card never holds a tensor twice; look for overflow on the card, which is faster.
    values = tensor.to(placeholder.dtype).to(device)
    may_overflow = placeholder.dtype == torch.float16 != tensor.dtype
    if may_overflow and not all(bool(extreme.isfinite()) for extreme in torch.aminmax(values)):
        raise UserError(
            "fp16-overflow",
            f"{checkpoint.files[name]}: {name} holds values beyond fp16's 65504",
            "Train this model in bf16 or fp32.",
        )
    return values


def _assert_complete(stage: Stage) -> None:
    """Nothing may be left on meta, and computed buffers must still be fp32: a cast ruins rotary frequencies.

    Gemma's scale of the embedding is of the model's precision in transformers too, and is multiplied in it.
    """
    for name, tensor in [*stage.model.named_parameters(), *stage.model.named_buffers()]:
        if tensor.is_meta:
            raise AssertionError(f"{name} was never loaded")
    for name, buffer in stage.model.named_buffers():
        if name.endswith(".embed_scale"):
            continue
        if buffer.is_floating_point() and buffer.dtype != torch.float32:
            raise AssertionError(f"buffer {name} is {buffer.dtype}, expected float32")
