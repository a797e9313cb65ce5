"""On Dask: grids whose workers get lost, gradients by blocks, training by partitions."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import nn
from autograd_core import compile
from autograd_core import functional as F

distributed = pytest.importorskip("dask.distributed")
joblib = pytest.importorskip("joblib")
selection = pytest.importorskip("sklearn.model_selection")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Dask's own sockets and loops


@pytest.fixture(scope="module")
def client():
    """Start two processes with one thread each, and BLAS's one."""
    import dask

    settings = {
        "distributed.worker.daemon": False,
        "distributed.admin.log-format": "",
        # it drops the second copy of a table that no task waits for, and then a worker is killed
        "distributed.scheduler.active-memory-manager.start": False,
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as found,
    ):
        yield found


def table():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    return x, (x[:, 0] * x[:, 1] + 0.3 * x[:, 2] > 0.0).astype(int)


def grid():
    settings = {"hidden_layer_sizes": [(2,), (4,), (6,)], "alpha": [1e-4, 1e-2],
                "learning_rate_init": [0.01, 0.03]}  # fmt: skip
    model = nn.MLPClassifier(max_iter=15, random_state=0)
    # lists stay with their task; joblib would put arrays of more than 1,000 bytes on one worker
    rows = np.arange(300)
    folds = [(rows[rows % 3 != k].tolist(), rows[rows % 3 == k].tolist()) for k in range(3)]
    return selection.GridSearchCV(model, settings, cv=folds)


def test_a_grid_of_twelve_settings_is_complete_though_a_worker_is_killed(client):
    x, y = table()
    wanted = grid().fit(x, y)
    workers = client.run(os.getpid)
    first = next(iter(workers.values()))

    def kill():
        while not any(client.processing().values()):  # the table is on both by then
            time.sleep(0.02)
        os.kill(first, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with joblib.parallel_config(backend="dask", scatter=[x, y]):  # on both workers
        found = grid().fit(x, y)
    killer.join()
    assert len(found.cv_results_["params"]) == 12
    assert found.best_params_ == wanted.best_params_
    for name in ("mean_test_score", "std_test_score"):
        np.testing.assert_array_equal(found.cv_results_[name], wanted.cv_results_[name])
    np.testing.assert_array_equal(found.predict_proba(x), wanted.predict_proba(x))
    assert first not in client.run(os.getpid).values()


def price(s, k, t):
    width = 0.2 * F.sqrt(t)
    d = F.log(s / k) / width + 0.5 * width
    return s * F.erfc(-d * 0.5**0.5) * 0.5 - k * F.erfc((width - d) * 0.5**0.5) * 0.5


def test_a_compiled_function_gives_gradients_by_blocks(client):
    array = pytest.importorskip("dask.array")
    rng = np.random.default_rng(0)
    scenarios = np.column_stack([rng.uniform(80.0, 120.0, (400, 2)), rng.uniform(0.2, 2.0, 400)])
    f = compile(price, batch=(0, 0, 0))
    columns = [np.ascontiguousarray(column) for column in scenarios.T]
    value, slopes = f.value_and_grad(*columns, wrt=(0, 1, 2))

    def block(rows, f):
        columns = [np.ascontiguousarray(column) for column in rows.T]
        value, slopes = f.value_and_grad(*columns, wrt=(0, 1, 2))
        return np.column_stack([value, *slopes])

    laid = array.from_array(scenarios, chunks=(100, 3))
    found = laid.map_blocks(block, f, dtype=float, chunks=(100, 4)).compute()
    # (how many numbers go through a vector instruction at once depends on the block)
    np.testing.assert_allclose(found, np.column_stack([value, *slopes]), rtol=1e-12)


def test_fit_on_a_data_frame_by_partitions(client, tmp_path):
    frames = pytest.importorskip("dask.dataframe")
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    x, y = table()
    whole = pandas.DataFrame(x, columns=["a", "b", "c"]).assign(label=y)
    frames.from_pandas(whole, npartitions=3).to_parquet(tmp_path / "parts")
    stored = frames.read_parquet(tmp_path / "parts")

    def batches():
        while True:
            for part in stored.partitions:
                rows = part.compute()
                yield rows[["a", "b", "c"]], rows["label"]

    found, wanted = (nn.MLP(3, [4, 1], output="sigmoid", rng=0) for _ in range(2))
    for model in (found, wanted):
        model.compile("adam", "binary_crossentropy")
    found.fit(batches(), epochs=3, steps_per_epoch=3, verbose=0)
    wanted.fit(x, y, epochs=3, batch_size=100, shuffle=False, verbose=0)
    for one, other in zip(found.parameters(), wanted.parameters()):
        assert one.data == other.data
