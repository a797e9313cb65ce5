"""Files of models: what is no model file is a clear error; weights alone go in and out."""

import io
import json
import zipfile

import numpy as np
import pytest

import nn

GOOD = {"format": "autograd-core model", "version": 1, "model": {}, "notes": {}}


@pytest.mark.parametrize("header", [
    {**GOOD, "version": "new"}, {name: GOOD[name] for name in ("format", "version")}, [1], "text",
])  # fmt: skip
def test_a_header_that_is_none_is_a_clear_error(header, tmp_path):
    np.savez(tmp_path / "m.npz", header=np.array(json.dumps(header)))
    with pytest.raises(ValueError, match="is not a model file, or it is damaged"):
        nn.load(tmp_path / "m.npz")


class Line(nn.Module):
    def __init__(self):
        self.slope, self.offset = nn.Value(2.0), nn.Value(1.0)

    def forward(self, x):
        return self.slope * x[0] + self.offset


def test_weights_alone_are_saved_of_a_model_without_config(tmp_path):
    before, after = Line(), Line()
    before.slope.data = 5.0
    before.save_weights(tmp_path / "w.npz")
    after.load_weights(tmp_path / "w.npz")
    assert after([3.0]).data == 16.0
    with pytest.raises(ValueError, match="holds weights alone"):
        nn.load(tmp_path / "w.npz")


def test_weights_come_from_a_whole_model_too_and_have_to_fit(tmp_path):
    nn.MLP(2, [3, 1], init="ones").save(tmp_path / "m.npz")
    model = nn.MLP(2, [3, 1])
    model.load_weights(tmp_path / "m.npz")
    assert model([1.0, 1.0]).data == 6.0
    with pytest.raises(ValueError, match="does not fit Line"):
        Line().load_weights(tmp_path / "m.npz")


def test_a_class_of_one_s_own_may_have_the_name_of_one_of_nn(tmp_path):
    class MLP(nn.Module):
        def __init__(self, slope=2.0):
            self.slope = nn.Value(slope)

        def forward(self, x):
            return self.slope * x[0]

        def config(self):
            return {}

    mine, theirs = MLP(5.0), nn.MLP(2, [3, 1], rng=0)
    for model in (mine, theirs):
        model.save(tmp_path / "m.npz")
        twin = nn.load(tmp_path / "m.npz")
        assert type(twin) is type(model)
        assert twin([1.0, 2.0]).data == model([1.0, 2.0]).data


MODELS = [
    nn.MLP(2, [3, 1], activation="tanh", output="sigmoid", rng=0),
    nn.Sequential(
        nn.Input(2), nn.Dense(3, activation=nn.PReLU(), rng=0), nn.Dropout(0.2), nn.Dense(2),
        nn.Softmax(),
    ),
    nn.Sequential(nn.Layer(2, 2, activation="softmax", bias=False, rng=0)),
    nn.Sequential(nn.Sequential(nn.Layer(2, 2, rng=0), nn.LeakyReLU(0.3)), nn.Neuron(2, rng=0)),
    nn.logic.xor_gate(),
    nn.logic.at_least(1, 2),
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_d5_a_saved_model_predicts_the_same_to_the_bit(model, tmp_path):
    x = [[0.0, 1.0], [1.0, 0.3]]
    wanted = model.predict(x)
    model.save(tmp_path / "m.npz")
    loaded = nn.load(tmp_path / "m.npz")
    assert (loaded.predict(x) == wanted).all()
    assert repr(loaded) == repr(model)
    assert [name for name, _ in loaded.named_parameters()] == [
        name for name, _ in model.named_parameters()
    ]


def test_d5_the_weights_are_plain_arrays_without_pickle(tmp_path):
    model = nn.MLP(2, [3, 1], activation="tanh", rng=0)
    model.save(tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz", allow_pickle=False) as m:
        hidden = np.tanh(np.array([0.5, -1.0]) @ m["layers[0].weights"] + m["layers[0].biases"])
        output = hidden @ m["layers[1].weights"] + m["layers[1].biases"]
    assert model([0.5, -1.0]).data == pytest.approx(output.item(), rel=1e-14)


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"hello", lambda b: b""])
def test_d5_a_damaged_or_foreign_file_is_a_clear_error(damage, tmp_path):
    path = tmp_path / "m.npz"
    nn.MLP(2, [1]).save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="not a model file, or it is damaged"):
        nn.load(path)


def test_d5_an_archive_of_somebody_elses_is_a_clear_error(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="not a model file"):
        nn.load(tmp_path / "x.npz")


def test_d5_a_newer_file_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr("nn.saving.model_file.VERSION", 99)
    nn.MLP(2, [1]).save(tmp_path / "m.npz")
    monkeypatch.undo()
    with pytest.raises(ValueError, match="of version 99, this package reads up to 1; update"):
        nn.load(tmp_path / "m.npz")


def test_d5_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    nn.MLP(2, [1], rng=0).save(path)
    before = path.read_bytes()

    def crash(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", crash)
    with pytest.raises(OSError, match="disk full"):
        nn.MLP(2, [1], rng=1).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_d5_a_function_without_a_name_cannot_be_saved(tmp_path):
    model = nn.MLP(2, [2, 1], activation=lambda x: x * x)
    with pytest.raises(TypeError, match="give activations and initializers by name"):
        model.save(tmp_path / "m.npz")
    assert list(tmp_path.iterdir()) == []


class Scale(nn.Module):
    def __init__(self, factor):
        self.factor = nn.Value(factor)

    def forward(self, x):
        return self.factor * x[0]

    def config(self):
        return {"factor": self.factor.data}


def test_d5_a_users_own_module_is_saved_by_its_config(tmp_path):
    Scale(3.0).save(tmp_path / "m.npz")
    assert nn.load(tmp_path / "m.npz")([2.0]).data == 6.0


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path, content, kind=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, member in content.items():
            archive.writestr(name, member)


def array_header(shape):
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def as_array(text):
    out = io.BytesIO()
    np.save(out, np.array(text))
    return out.getvalue()


FIRST = "layers[0].weights.npy"
HEADERS = {
    "brackets 100,000 deep": lambda header: "[" * 100_000,
    "a version that is infinite": lambda header: json.dumps({**header, "version": float("inf")}),
    "parts in a list": lambda header: json.dumps({**header, "parts": []}),
    "marks in a list": lambda header: json.dumps({**header, "parts": {"": []}}),
    "a class without config": lambda header: json.dumps({**header, "model": {"class": "Dense"}}),
    "a model that is a number": lambda header: json.dumps({**header, "model": 5}),
    "a model that is a dict": lambda header: json.dumps({**header, "model": {"a": 5}}),
    "a part before the first": lambda header: json.dumps(
        {**header, "model": {"class": "Dense", "again": 7}}
    ),
    "an argument there is not": lambda header: json.dumps(
        {**header, "model": {"class": "ReLU", "config": {"colour": 1}}}
    ),
    "units without end": lambda header: json.dumps(
        {**header, "model": {"class": "Layer", "config": {"nin": 2, "nout": 10**9}}}
    ),
    "inputs without end": lambda header: json.dumps(
        {**header, "model": {"class": "Neuron", "config": {"nin": 10**9}}}
    ),
}
ARRAYS = {
    "728 TiB": array_header("(99999999999999,)"),
    "a shape cut short": array_header("(2,2,"),
    "a shape below zero": array_header("(-2,)"),
    "objects": b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '|O', 'shape': (1,), }".ljust(117) + b"\n",
    "half a header": array_header("(2,)")[:40],
    "nothing": b"",
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_of_any_kind_is_refused_as_a_value(case, tmp_path):
    nn.MLP(2, [3, 1]).save(tmp_path / "m.npz")
    content = members(tmp_path / "m.npz")
    header = json.loads(str(np.load(io.BytesIO(content["header.npy"]))))
    pack(tmp_path / "m.npz", {**content, "header.npy": as_array(HEADERS[case](header))})
    with pytest.raises(ValueError, match=r"m\.npz"):
        nn.load(tmp_path / "m.npz")


@pytest.mark.parametrize("case", ARRAYS)
def test_an_array_of_any_kind_is_refused_as_a_value(case, tmp_path):
    nn.MLP(2, [3, 1]).save(tmp_path / "m.npz")
    pack(tmp_path / "m.npz", {**members(tmp_path / "m.npz"), FIRST: ARRAYS[case]})
    for read in (nn.load, nn.MLP(2, [3, 1]).load_weights):
        with pytest.raises(ValueError, match="not a model file, or it is damaged"):
            read(tmp_path / "m.npz")


def test_any_byte_may_be_flipped_and_any_tail_cut_off(tmp_path):
    path = tmp_path / "m.npz"
    model = nn.MLP(2, [1])
    model.save(path)
    whole = path.read_bytes()
    damaged = [whole[:end] for end in range(0, len(whole), 97)]
    for place in range(len(whole)):
        if place % 5 == 0 or place > len(whole) - 300:  # the directory is at the end
            damaged.append(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            loaded = nn.load(path)
        except ValueError:
            refused += 1
        else:  # times, attributes and the like: the numbers are the same
            assert [p.data for p in loaded.parameters()] == [p.data for p in model.parameters()]
    assert refused > 0.8 * len(damaged)


def test_arrays_that_the_model_does_not_have_are_refused_unread(tmp_path, monkeypatch):
    nn.MLP(2, [1]).save(tmp_path / "m.npz")
    content = members(tmp_path / "m.npz")
    pack(tmp_path / "m.npz", {**content, "extra.npy": array_header("(3,)") + bytes(24)})
    monkeypatch.setattr("nn.saving.archive.Archive.array", None)  # would be called
    monkeypatch.setattr(
        "nn.saving.archive.Archive._read_header",
        lambda archive: json.loads(str(np.load(io.BytesIO(content["header.npy"])))),
    )
    with pytest.raises(ValueError, match="extra is unexpected"):
        nn.load(tmp_path / "m.npz")


def test_a_small_file_of_much_air_is_refused_unread(tmp_path):
    nn.MLP(2, [1]).save(tmp_path / "m.npz")
    air = array_header("(4000000,)") + bytes(32_000_000)
    content = {**members(tmp_path / "m.npz"), "extra.npy": air}
    pack(tmp_path / "m.npz", content, zipfile.ZIP_DEFLATED)
    with pytest.raises(ValueError, match="bytes that unpack to 320"):
        nn.load(tmp_path / "m.npz")


def test_a_file_that_was_packed_again_is_read(tmp_path):
    model = nn.MLP(2, [3, 1], rng=0)
    model.save(tmp_path / "m.npz")
    pack(tmp_path / "m.npz", members(tmp_path / "m.npz"), zipfile.ZIP_DEFLATED)
    assert nn.load(tmp_path / "m.npz")([1.0, 2.0]).data == model([1.0, 2.0]).data


def test_weights_that_are_nan_are_loaded_with_a_word(tmp_path):
    model = nn.MLP(2, [1])
    model.parameters()[0].data = float("nan")
    model.save(tmp_path / "m.npz")
    with pytest.warns(UserWarning, match=r"layers\[0\]\.weights holds nan or inf"):
        nn.load(tmp_path / "m.npz")
