# SPDX-License-Identifier: Apache-2.0
"""Asks an external scaler as KEDA does. Protobuf is written and read by hand: nothing here knows the .proto of the server."""

import struct
import sys

import grpc


def varint(number):
    out = bytearray()
    while True:
        rest = number >> 7
        out.append(number & 0x7F | (0x80 if rest else 0))
        if not rest:
            return bytes(out)
        number = rest


def field(number, payload):
    """A field of bytes."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def text(number, value):
    return field(number, value.encode())


def trigger(**metadata):
    entries = b"".join(field(3, text(1, key) + text(2, value)) for key, value in metadata.items())
    return text(1, "order-processor") + text(2, "streams") + entries


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def fields(data):
    """The last value of each field by its number."""
    at, found = 0, {}
    while at < len(data):
        tag, at = read_varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = read_varint(data, at)
        elif kind == 1:
            value, at = struct.unpack("<d", data[at:at + 8])[0], at + 8
        elif kind == 2:
            size, at = read_varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {kind}")
        found[tag >> 3] = value
    return found


def main(address):
    channel = grpc.insecure_channel(address)
    service = "/externalscaler.ExternalScaler/"
    orders = {"stream": "orders", "group": "processing", "scalerAddress": address}

    def ask(method, request):
        return fields(channel.unary_unary(service + method)(request, timeout=10))

    def active(word="active", **metadata):
        try:
            print(word, bool(ask("IsActive", trigger(**metadata)).get(1, 0)))
        except grpc.RpcError as error:
            print(word, error.code().name, error.details())

    def metric(**more):
        name = "millhand-" + more.get("metric", "required-workers")
        value = fields(ask("GetMetrics", field(1, trigger(**orders, **more)) + text(2, name))[1])
        print("metric", value[1].decode(), value[2], value[3])

    spec = fields(ask("GetMetricSpec", trigger(**orders))[1])
    print("spec", spec[1].decode(), spec[2], spec[3])
    active(**orders)

    pushed = channel.unary_stream(service + "StreamIsActive")(trigger(**orders), timeout=60)
    print("listening")
    for state in pushed:
        has_work = bool(fields(state).get(1, 0))
        print("pushed", has_work)
        if has_work:
            active(**orders)
            metric()
            metric(metric="oldest-age-seconds", target="5")
            active("invalid", stream="orders")
    print("end of stream")


main(sys.argv[1])
