"""The service's peer for benchmarks: the same answers from FastAPI, Pillow and onnxruntime.

It is written the way a good Python service is. Cheap work runs in the event loop (a hop to a thread costs more than a
28x28 image does); what takes a millisecond or more goes to the thread pool, where Pillow and ONNX Runtime release the
GIL. Responses are built directly: FastAPI's validation of what it sends is left out.
"""
import io
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from PIL import Image
from pydantic import BaseModel
from starlette.datastructures import UploadFile

GAP, PAPER = 2, 255
SMALL = 64 * 64  # Pixels of a model's image up to which a request stays in the event loop.


class Model:
    def __init__(self, folder: Path):
        card = json.loads((folder / "model.json").read_text())
        self.name, self.version = card["name"], card["version"]
        self.height, self.width, self.channels = (card["image"][key] for key in ("height", "width", "channels"))
        self.mode = "L" if self.channels == 1 else "RGB"
        self.partitions = [(p["name"], p["offset"], p["offset"] + p["size"]) for p in card["partitions"]]
        self.latent_size = card["latentSize"]
        self.mean = np.array(card["latentStatistics"]["mean"], np.float32)
        self.deviation = np.array(card["latentStatistics"]["standardDeviation"], np.float32)
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.encoder, self.decoder = (
            ort.InferenceSession(str(folder / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
            for name in ("encoder", "decoder")
        )

    @property
    def small(self):
        return self.height * self.width <= SMALL

    def pixels(self, data: bytes) -> np.ndarray:
        """File -> [C, H, W] in [0, 1]. JPEG is shrunk while it loads."""
        try:
            image = Image.open(io.BytesIO(data))
            image.draft(self.mode, (self.width, self.height))
            image = image.convert(self.mode)
            if image.size != (self.width, self.height):
                image = image.resize((self.width, self.height), Image.Resampling.BILINEAR)
        except Exception as error:
            raise HTTPException(400, "not an image") from error
        array = np.asarray(image, np.float32) / np.float32(255)
        return array[None] if self.channels == 1 else np.ascontiguousarray(array.transpose(2, 0, 1))

    def encode(self, files: list[bytes]) -> dict:
        images = np.stack([self.pixels(file) for file in files])
        means, variances = self.encoder.run(["mean", "log_variance"], {"image": images})
        kl = 0.5 * (means * means + np.exp(variances) - variances - 1)
        encodings = []
        for mean, variance, divergence in zip(means, variances, kl):
            partitions = [
                {
                    "name": name,
                    "mean": mean[a:b].tolist(),
                    "logVariance": variance[a:b].tolist(),
                    "kl": float(divergence[a:b].sum()),
                }
                for name, a, b in self.partitions
            ]
            encodings.append({"partitions": partitions, "kl": float(divergence.sum())})
        return {"model": {"name": self.name, "version": self.version}, "encodings": encodings}

    def draw(self, latents: np.ndarray) -> np.ndarray:
        """[N, D] -> 8 bit [N, H, W, C]."""
        images = self.decoder.run(["image"], {"latent": latents})[0]
        return (images.transpose(0, 2, 3, 1) * 255 + 0.5).astype(np.uint8)

    def strip(self, latents: np.ndarray) -> bytes:
        return self.png(np.concatenate(self.draw(latents), axis=1))

    def grid(self, base: np.ndarray, steps: int, reach: float, zoom: int) -> bytes:
        rows = np.arange(self.latent_size)
        latents = np.tile(base, (self.latent_size, steps, 1))
        latents[rows, :, rows] += np.linspace(-reach, reach, steps, dtype=np.float32) * self.deviation[:, None]
        tiles = self.draw(latents.reshape(-1, self.latent_size)).repeat(zoom, axis=1).repeat(zoom, axis=2)
        height, width = self.height * zoom, self.width * zoom
        sheet = np.full((self.latent_size, height + GAP, steps, width + GAP, self.channels), PAPER, np.uint8)
        tiles = tiles.reshape(self.latent_size, steps, height, width, self.channels)
        sheet[:, :height, :, :width] = tiles.transpose(0, 2, 1, 3, 4)
        shape = (self.latent_size * (height + GAP), steps * (width + GAP), self.channels)
        return self.png(sheet.reshape(shape)[:-GAP, :-GAP])

    def png(self, pixels: np.ndarray) -> bytes:
        out = io.BytesIO()
        Image.fromarray(pixels[..., 0] if self.channels == 1 else pixels).save(out, "PNG", compress_level=3)
        return out.getvalue()


class DecodeBody(BaseModel):
    latents: list[list[float]]


models = {folder.parent.name: Model(folder) for folder in sorted(Path(os.environ["PEER_REPOSITORY"]).glob("*/[0-9]*"))}
app = FastAPI()


def find(name: str) -> Model:
    if name not in models:
        raise HTTPException(404, f"no model {name}")
    return models[name]


@app.get("/health")
async def health():
    return {"ready": True}


@app.post("/v1/models/{name}/encode")
async def encode(name: str, request: Request):
    model = find(name)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            files = [await part.read() for part in form.getlist("image") if isinstance(part, UploadFile)]
    else:
        files = [await request.body()]
    if not files:
        raise HTTPException(400, "no image")
    return JSONResponse(model.encode(files) if model.small else await run_in_threadpool(model.encode, files))


@app.post("/v1/models/{name}/decode")
async def decode(name: str, body: DecodeBody):
    model = find(name)
    latents = np.array(body.latents, np.float32)
    if latents.ndim != 2 or latents.shape[1] != model.latent_size:
        raise HTTPException(400, f"expected {model.latent_size} numbers each")
    strip = model.strip(latents) if model.small else await run_in_threadpool(model.strip, latents)
    return Response(strip, media_type="image/png")


@app.get("/v1/models/{name}/traversal")
async def traversal(name: str, latent: str, steps: int = 11, range: float = 2.5, zoom: int = 2):
    model = find(name)
    base = np.array(latent.split(","), np.float32)
    return Response(await run_in_threadpool(model.grid, base, steps, range, zoom), media_type="image/png")
