"""Ways out and in: PyTorch, ONNX, Keras, safetensors; equal numbers over random networks."""

import json
import random
import struct

import numpy as np
import pytest

import nn
from autograd_core import Value
from nn.exchange.safetensors import read

OF_ALL = ["relu", "tanh", "sigmoid", "elu", "selu", "softplus", "softsign", "silu", "gelu",
          "mish", "hard_sigmoid", "log_softmax", "softmax", "leaky_relu"]  # fmt: skip
LAYERS = [lambda: nn.LeakyReLU(0.3), lambda: nn.ELU(0.7), lambda: nn.Softplus(2.0),
          lambda: nn.Hardtanh(-0.5, 0.8), lambda: nn.GELU("tanh"), nn.ReLU6, nn.LogSigmoid,
          nn.PReLU, lambda: nn.Dropout(0.3), nn.Identity, nn.Softmax]  # fmt: skip


def network(seed: int, kinds=OF_ALL, extras=LAYERS) -> nn.Sequential:
    """Return a network of one to three dense layers with whatever else between them."""
    rng = random.Random(seed)
    size = rng.randint(1, 5)
    model = nn.Sequential(nn.Input(size)) if rng.random() < 0.3 else nn.Sequential()
    for _ in range(rng.randint(1, 3)):
        units = rng.randint(2, 6)
        kind, biased = rng.choice([*kinds, None]), rng.random() < 0.8
        drawn = {"use_bias": biased, "bias_initializer": "random_normal", "rng": rng}
        model.add(nn.Dense(units, activation=kind, input_dim=size, **drawn))
        if rng.random() < 0.6 and extras:
            model.add(rng.choice(extras)())
        size = units
    return model.eval()


def table(model: nn.Sequential, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(7, model.input_size()))


@pytest.mark.parametrize("seed", range(20))
def test_a_model_in_pytorch_gives_equal_numbers_and_gradients_and_comes_back(seed):
    torch = pytest.importorskip("torch")
    model = network(seed)
    x = table(model, seed)
    twin = nn.to_torch(model)
    wanted = model.predict(x)
    given = torch.tensor(x, requires_grad=True)
    out = twin(given)
    assert out.detach().numpy() == pytest.approx(wanted, rel=1e-12, abs=1e-14)  # sums in any order
    out.sum().backward()
    row = [Value(v) for v in x[0]]
    total = sum(nn_list(model(row)))
    total.backward()
    assert given.grad[0].numpy() == pytest.approx([v.grad for v in row], rel=1e-10, abs=1e-12)
    again = nn.from_torch(twin)
    assert again.predict(x) == pytest.approx(wanted, rel=1e-12, abs=1e-14)


def nn_list(outputs):
    return outputs if isinstance(outputs, list) else [outputs]


def test_names_of_a_state_dict_are_numbers_of_layers():
    torch = pytest.importorskip("torch")
    inner = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    twin = nn.to_torch(nn.Sequential(nn.Dense(2, "relu", input_dim=3), inner, nn.Linear(2, 1)))
    assert list(twin.state_dict()) == [
        "0.weight", "0.bias", "1.0.weight", "1.0.bias", "2.weight", "2.bias",
    ]  # fmt: skip
    assert isinstance(twin, torch.nn.Sequential)
    assert nn.to_torch(nn.Linear(2, 1), dtype=torch.float32)[0].weight.dtype == torch.float32


@pytest.mark.parametrize("name", ["hard_silu", "tanh_shrink"])
def test_relatives_of_the_shrinks_have_their_twins(name):
    torch = pytest.importorskip("torch")
    model = nn.Dense(3, name, input_dim=2, rng=0)
    x = 3.0 * np.random.default_rng(0).normal(size=(20, 2))
    twin = nn.to_torch(model)
    assert twin(torch.tensor(x)).detach().numpy() == pytest.approx(model.predict(x), rel=1e-12)
    assert nn.from_torch(twin).predict(x) == pytest.approx(model.predict(x), rel=1e-12)


def test_what_pytorch_has_not_is_named():
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="no counterpart for the activation step"):
        nn.to_torch(nn.Dense(2, "step", input_dim=3))
    with pytest.raises(TypeError, match="no counterpart for InstanceNorm1d"):
        nn.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.InstanceNorm1d(2)))
    with pytest.raises(TypeError, match="with running statistics and a momentum"):
        nn.from_torch(torch.nn.BatchNorm1d(2, track_running_stats=False))

    class Net(torch.nn.Module):
        pass

    with pytest.raises(TypeError, match="Net has a forward of its own"):
        nn.from_torch(Net())
    with pytest.raises(TypeError, match="dim=0"):
        nn.from_torch(torch.nn.Softmax(dim=0))


def test_a_softplus_keeps_its_threshold():
    torch = pytest.importorskip("torch")
    twin = nn.from_torch(torch.nn.Softplus(2.0, threshold=3))
    assert twin([1.6])[0].data == 1.6  # torch 2.13.0; 1.62 without the threshold
    assert nn.to_torch(twin)[0].threshold == 3


def test_a_relu_of_keras_that_is_none_of_ours_is_named():
    class Sequential:  # as Keras describes keras.layers.ReLU(threshold=1.0)
        def get_config(self):
            options = {"max_value": None, "negative_slope": 0.0, "threshold": 1.0}
            return {"layers": [{"class_name": "ReLU", "config": options}]}

        def get_weights(self):
            return []

    with pytest.raises(TypeError, match=r"no counterpart for the layer ReLU"):
        nn.from_keras(Sequential())


class Mine(nn.Module):
    def forward(self, x):
        return x


def test_what_cannot_be_carried_over_is_named():
    for way in (nn.save_safetensors, nn.load_safetensors):
        with pytest.raises(TypeError, match="got Mine"):
            way(nn.Sequential(Mine()), "nowhere")
        with pytest.raises(ValueError, match="does not know its inputs yet"):
            way(nn.Sequential(nn.Dense(2)), "nowhere")
        with pytest.raises(TypeError, match="activations that have a name"):
            way(nn.Dense(2, activation=lambda x: x * x, input_dim=1), "nowhere")
    with pytest.raises(TypeError, match=r"wants a torch\.nn\.Module, got list"):
        nn.from_torch([])


@pytest.mark.parametrize("seed", range(20))
def test_onnxruntime_gives_equal_numbers(seed, tmp_path):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    model = network(seed)
    x = 3.0 + 5.0 * table(model, seed)
    scaler = nn.data.StandardScaler().fit(x)
    wanted = model.predict(scaler.transform(x))
    nn.to_onnx(model, tmp_path / "net.onnx", scaler=scaler)
    session = runtime.InferenceSession(tmp_path / "net.onnx")
    found = session.run(["output"], {"input": x.astype(np.float32)})[0]
    assert found == pytest.approx(wanted, rel=1e-5, abs=1e-6)  # float32 all the way
    assert session.get_inputs()[0].shape == ["samples", model.input_size()]


def test_onnx_names_what_it_has_not_and_a_scaler_that_does_not_fit():
    pytest.importorskip("onnx")
    model = nn.Linear(2, 1)
    with pytest.raises(ValueError, match="3 columns, the model takes 2"):
        nn.to_onnx(model, scaler=nn.data.StandardScaler().fit(np.eye(3)))
    nn.to_onnx(nn.Sequential(model, nn.Step()))


def test_onnx_of_a_model_of_the_command_line_takes_the_columns_of_its_table(tmp_path, capsys):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    from nn.__main__ import main

    rng = random.Random(0)
    lines, rows = ["size,colour,age,kind"], []
    for i in range(120):
        size, colour = round(rng.uniform(0, 9), 3), rng.choice(["red", "blue", "green"])
        age = "" if i % 9 == 4 else f"{rng.uniform(20, 60):.3f}"
        rows.append((size, "" if i % 17 == 3 else colour, age))
        lines.append(",".join(map(str, [*rows[-1], "ab"[size > 4.5 or colour == "red"]])))
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    out = tmp_path / "out"
    main(["train", str(tmp_path / "t.csv"), "--missing", "category", "--epochs", "5",
          "--out", str(out)])  # fmt: skip
    main(
        [
            "predict",
            str(out / "model.npz"),
            str(tmp_path / "t.csv"),
            "--out",
            str(tmp_path / "p.csv"),
        ]
    )
    capsys.readouterr()
    made = nn.to_onnx(out / "model.npz", dtype=np.float64)
    assert {p.key: p.value for p in made.metadata_props} == {
        "target": '"kind"', "classes": '["a", "b"]',
    }  # fmt: skip
    session = runtime.InferenceSession(made.SerializeToString())
    (found,) = session.run(None, {
        "size": np.array([[row[0]] for row in rows]),
        "colour": np.array([[row[1] or "?"] for row in rows], object),
        "age": np.array([[float(row[2] or "nan")] for row in rows]),
    })  # fmt: skip
    wanted = [line.split(",") for line in (tmp_path / "p.csv").read_text().splitlines()]
    place = wanted[0].index("p(b)")
    assert found[:, -1] == pytest.approx([float(line[place]) for line in wanted[1:]], abs=1e-4)


KERAS = ["relu", "tanh", "sigmoid", "elu", "selu", "softplus", "softsign", "silu", "gelu",
         "mish", "hard_sigmoid", "log_softmax", "softmax", "leaky_relu"]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_model_of_keras_gives_equal_numbers_alive_and_from_its_file(seed, tmp_path):
    keras = pytest.importorskip("keras")
    pytest.importorskip("h5py")
    rng = random.Random(seed)
    size = rng.randint(1, 5)
    theirs = keras.Sequential([keras.layers.Input((size,))])
    for _ in range(rng.randint(1, 3)):
        theirs.add(keras.layers.Dense(rng.randint(2, 6), activation=rng.choice([*KERAS, None]),
                                      use_bias=rng.random() < 0.8))  # fmt: skip
        of = keras.layers
        extra = rng.choice([of.ReLU(), of.LeakyReLU(0.1), of.PReLU(), of.Dropout(0.2), None])
        if extra is not None:
            theirs.add(extra)
    theirs.build((None, size))
    x = np.random.default_rng(seed).normal(size=(4, size))
    wanted = theirs.predict(x.astype(np.float32), verbose=0)
    assert nn.from_keras(theirs).predict(x) == pytest.approx(wanted, rel=1e-4, abs=1e-5)  # float32
    theirs.save(tmp_path / "net.keras")
    again = nn.from_keras(tmp_path / "net.keras")
    assert again.predict(x) == pytest.approx(wanted, rel=1e-4, abs=1e-5)


def test_safetensors_round_trip_and_its_own_reader(tmp_path):
    for seed in range(20):
        model, other = network(seed), network(seed)
        for parameter in other.parameters():
            parameter.data = 0.0
        nn.save_safetensors(model, tmp_path / "net.safetensors")
        nn.load_safetensors(other, tmp_path / "net.safetensors")
        x = table(model, seed)
        assert (other.predict(x) == model.predict(x)).all()
    library = pytest.importorskip("safetensors.numpy")
    theirs = library.load_file(tmp_path / "net.safetensors")
    mine = read(tmp_path / "net.safetensors")
    assert {k: v.tolist() for k, v in theirs.items()} == {k: v.tolist() for k, v in mine.items()}


def written(path, dtype, raw, shape):
    entry = {"dtype": dtype, "shape": shape, "data_offsets": [0, len(raw)]}
    header = json.dumps({"0.weight": entry}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + raw)


def test_safetensors_of_other_types_are_read(tmp_path):
    path = tmp_path / "x.safetensors"
    written(path, "BF16", struct.pack("<HH", 0x3F80, 0xC000), [2])  # 1.0 and -2.0
    assert read(path)["0.weight"].tolist() == [1.0, -2.0]
    written(path, "F16", np.array([0.5], "<f2").tobytes(), [1, 1])
    assert read(path)["0.weight"].tolist() == [[0.5]]
    written(path, "F8_E4M3", b"\0", [1])
    with pytest.raises(ValueError, match="is of F8_E4M3"):
        read(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a file of tensors at all",
        struct.pack("<Q", 3) + b"[1]",
        struct.pack("<Q", 7) + b'{"a":1}',
        struct.pack("<Q", 53) + b'{"a":{"dtype":"F64","shape":[1],"data_offsets":[9,1]}}',
    ],
)
def test_a_damaged_file_is_said(content, tmp_path):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ValueError, match="not a safetensors file"):
        read(tmp_path / "x")


def test_weights_that_do_not_fit_change_nothing(tmp_path):
    path = tmp_path / "x.safetensors"
    nn.save_safetensors(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)), path)
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    before = [p.data for p in model.parameters()]
    with pytest.raises(ValueError, match=r"1\.weight wants the shape \(2, 3\), got \(1, 3\)"):
        nn.load_safetensors(model, path)
    with pytest.raises(ValueError, match=r"no place for: 1\.weight, 1\.bias"):
        nn.load_safetensors(nn.Sequential(nn.Linear(2, 3)), path)
    with pytest.raises(ValueError, match=r"has no 3\.weight"):
        nn.load_safetensors(
            nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1), nn.Tanh(), nn.Linear(1, 1)), path
        )
    assert [p.data for p in model.parameters()] == before


def normalized():
    """Return a model with every normalization, whose statistics and parameters have moved."""
    model = nn.Sequential(
        nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Tanh(), nn.LayerNorm(4, bias=False),
        nn.Dense(3, "relu", input_dim=4, rng=1), nn.BatchNormalization(scale=False, input_dim=3),
        nn.BatchNorm1d(3, affine=False), nn.LayerNorm(3, elementwise_affine=False),
        nn.Linear(3, 1, rng=2),
    )  # fmt: skip
    model.compile(nn.SGD(lr=0.1), "mse")
    x = np.random.default_rng(0).normal(size=(16, 3))
    model.fit(x, x[:, 0], epochs=3, verbose=0, seed=0)
    return model, x


def test_normalizations_go_through_safetensors_with_their_running_statistics(tmp_path):
    model, x = normalized()
    nn.save_safetensors(model, tmp_path / "m.safetensors")
    twin = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.LayerNorm(4, bias=False),
        nn.Dense(3, "relu", input_dim=4), nn.BatchNormalization(scale=False, input_dim=3),
        nn.BatchNorm1d(3, affine=False), nn.LayerNorm(3, elementwise_affine=False),
        nn.Linear(3, 1),
    )  # fmt: skip
    nn.load_safetensors(twin, tmp_path / "m.safetensors")
    assert twin.predict(x).tolist() == model.predict(x).tolist()
    assert [p.data for p in twin.parameters()] == [p.data for p in model.parameters()]
    assert model[1].running_mean.numpy().any()  # it has moved from where it began
    with pytest.raises(ValueError, match="does not know its inputs yet"):
        nn.save_safetensors(nn.Sequential(nn.BatchNormalization()), tmp_path / "n.safetensors")


def test_normalizations_answer_in_pytorch_as_here_and_come_back():
    torch = pytest.importorskip("torch")
    model, x = normalized()
    twin = nn.to_torch(model.eval())
    answers = twin(torch.from_numpy(x)).detach().numpy()
    assert answers == pytest.approx(model.predict(x), rel=1e-12)
    back = nn.from_torch(twin)
    assert back.predict(x) == pytest.approx(model.predict(x), rel=1e-12)
    assert isinstance(back[1], nn.BatchNorm1d)


def test_normalizations_answer_in_onnx_as_here(tmp_path):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    model, x = normalized()
    for dtype, close in ((np.float64, 1e-12), (np.float32, 1e-5)):
        session = runtime.InferenceSession(nn.to_onnx(model, dtype=dtype).SerializeToString())
        found = session.run(None, {"input": x.astype(dtype)})[0]
        assert found == pytest.approx(model.predict(x), rel=close, abs=close)


def test_normalizations_of_keras_answer_here_alive_and_from_their_file(tmp_path):
    keras = pytest.importorskip("keras")
    pytest.importorskip("h5py")
    of = keras.layers
    there = keras.Sequential(
        [of.Input((3,)), of.Dense(4), of.BatchNormalization(momentum=0.5), of.ReLU(),
         of.LayerNormalization(epsilon=0.01), of.Dense(3), of.BatchNormalization(scale=False),
         of.BatchNormalization(center=False), of.LayerNormalization(center=False), of.Dense(1)]
    )  # fmt: skip
    there.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(16, 3))
    there.fit(x, x[:, 0], epochs=3, verbose=0)
    path = tmp_path / "normalized.keras"
    there.save(path)
    wanted = there.predict(x, verbose=0)
    for given in (there, path):
        assert nn.from_keras(given).predict(x) == pytest.approx(wanted, rel=1e-4, abs=1e-5)


def test_what_pytorch_counts_beside_a_normalization_is_let_be(tmp_path):
    model, path = nn.Sequential(nn.BatchNorm1d(2)), tmp_path / "torch.safetensors"
    held = {"weight": [2.0, 3.0], "bias": [0.5, 1.0], "running_mean": [1.0, 2.0],
            "running_var": [4.0, 9.0], "num_batches_tracked": [7.0]}  # fmt: skip
    header, start = {}, 0
    for name, numbers in held.items():
        shape, stop = ([2] if len(numbers) == 2 else []), start + 8 * len(numbers)
        header[f"0.{name}"] = {"dtype": "F64", "shape": shape, "data_offsets": [start, stop]}
        start = stop
    text = json.dumps(header).encode()
    body = np.array([number for numbers in held.values() for number in numbers]).tobytes()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)
    nn.load_safetensors(model, path)
    # 2 * (3 - 1) / sqrt(4 + eps) + 0.5, 3 * (8 - 2) / sqrt(9 + eps) + 1
    answers = [y.data for y in model.eval()([3.0, 8.0])]
    assert answers == pytest.approx([2.5, 7.0], rel=1e-5)  # eps is 1e-5
