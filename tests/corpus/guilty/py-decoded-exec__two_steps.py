import zlib

packed = bytes.fromhex("789c2b28cacc2bd150cf48cdc9c95757d00400332e0533")
plain = zlib.decompress(packed)


def on_dashboard_load(context):
    exec(plain)  # caught
