from __future__ import annotations

import os
import stat

import pytest
from moto.server import ThreadedMotoServer

from registry.adapters.file_store import FileStore

KEY = "documents/4f/4f2a.pdf"


@pytest.fixture
def folder_store(tmp_path):
    return FileStore.from_url(str(tmp_path / "documents"))


@pytest.fixture(scope="module")
def bucket_address():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket_store(bucket_address, monkeypatch):
    import boto3  # noqa: PLC0415 - takes a second to load, for these tests only

    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": bucket_address,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=bucket_address, region_name="us-east-1")
    client.create_bucket(Bucket="registry")
    yield FileStore.from_url("s3://registry/kept")
    for thing in client.list_objects_v2(Bucket="registry").get("Contents", []):
        assert thing["Key"].startswith("kept/")
        client.delete_object(Bucket="registry", Key=thing["Key"])
    client.delete_bucket(Bucket="registry")
    client.close()


@pytest.fixture(params=["folder", "bucket"])
def store(request):
    return request.getfixturevalue(f"{request.param}_store")


def test_what_was_put_is_got_and_listed(store):
    store.put(KEY, b"%PDF")
    store.put("documents/empty.png", b"")
    assert store.get(KEY) == b"%PDF"
    assert store.get("documents/empty.png") == b""
    assert sorted(store.keys()) == [KEY, "documents/empty.png"]


def test_nothing_is_ever_replaced(store):
    store.put(KEY, b"first")
    with pytest.raises(FileExistsError):
        store.put(KEY, b"second")
    assert store.get(KEY) == b"first"


def test_what_was_deleted_is_gone_and_may_be_deleted_again(store):
    store.put(KEY, b"%PDF")
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(FileNotFoundError):
        store.get(KEY)
    assert list(store.keys()) == []


@pytest.mark.parametrize(
    "key",
    ["../secret", "a/../../secret", "/etc/passwd", "a//b", "", ".", ".hidden", "a/.", "a\\b",
     "a\x00b", "a%2e%2e/b", "a..b", "Grüße", "a/"],
)  # fmt: skip
def test_a_key_that_is_not_plain_is_refused(folder_store, key):
    for attempt in (lambda: folder_store.put(key, b""), lambda: folder_store.get(key)):
        with pytest.raises(ValueError, match="not a key"):
            attempt()
    with pytest.raises(ValueError, match="not a key"):
        folder_store.delete(key)


def test_a_new_folder_is_for_us_alone(tmp_path):
    store = FileStore.from_url(f"file:{tmp_path / 'a folder'}")
    assert stat.S_IMODE((tmp_path / "a folder").stat().st_mode) == 0o700
    assert store.is_private()
    (tmp_path / "a folder").chmod(0o755)
    assert not store.is_private()


def test_a_file_and_the_folders_that_name_it_are_on_the_disk_before_put_returns(
    folder_store, monkeypatch
):
    synced = []
    really = os.fsync

    def fsync(descriptor):
        synced.append(os.path.relpath(os.readlink(f"/proc/self/fd/{descriptor}"), root))
        really(descriptor)

    root = folder_store.folder
    monkeypatch.setattr(os, "fsync", fsync)
    folder_store.put(KEY, b"%PDF")
    assert synced == [KEY, "documents/4f", "documents", "."]
