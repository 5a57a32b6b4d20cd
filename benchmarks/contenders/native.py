"""The limit of the hardware: libdeflate and simdjson in C++, every field found, nothing done.

The program is written and built by the benchmark itself, and is in no way of the product.
"""

import subprocess
import tempfile
from functools import cache
from pathlib import Path
from shutil import which

from benchmarks.contenders.answer import Answer, NotHere
from benchmarks.generate import Trail

_SOURCE = r"""
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>
#include <libdeflate.h>
#include <simdjson.h>
using namespace simdjson;

// The members that Truant's ApiCall names. Told apart by their lengths first.
static bool wanted(std::string_view key) {
  switch (key.size()) {
    case 7: return key == "eventID";
    case 9: return key == "eventTime" || key == "eventName" || key == "awsRegion" ||
                   key == "userAgent" || key == "errorCode";
    case 10: return key == "@timestamp";
    case 11: return key == "eventSource";
    case 13: return key == "eventCategory" || key == "vpcEndpointId" || key == "sharedEventID";
    case 15: return key == "sourceIPAddress";
    case 18: return key == "recipientAccountId";
    case 20: return key == "vpcEndpointAccountId";
    case 28: return key == "sessionCredentialFromConsole";
    default: return false;
  }
}

static bool blob(std::string_view key) {
  return key == "userIdentity" || key == "requestParameters" || key == "responseElements" ||
         key == "additionalEventData";
}

struct Count { size_t records = 0, bytes = 0; };

static Count read(const std::string& path, libdeflate_decompressor* inflater,
                  ondemand::parser& parser, std::vector<char>& text,
                  std::string& packed) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  packed.resize(stream.tellg());
  stream.seekg(0);
  stream.read(packed.data(), packed.size());
  uint32_t size;
  memcpy(&size, packed.data() + packed.size() - 4, 4);
  if (text.size() < size + SIMDJSON_PADDING) text.resize(size + SIMDJSON_PADDING);
  size_t actual;
  libdeflate_gzip_decompress(inflater, packed.data(), packed.size(), text.data(), text.size(),
                             &actual);
  Count count;
  ondemand::document document = parser.iterate(text.data(), actual, text.size());
  for (ondemand::object record : document["Records"].get_array()) {
    count.records++;
    for (auto field : record) {
      std::string_view key = field.unescaped_key();
      ondemand::value value = field.value();
      if (wanted(key)) {
        if (value.type() == ondemand::json_type::string)
          count.bytes += std::string_view(value.get_string()).size();
      } else if (blob(key)) {
        count.bytes += std::string_view(value.raw_json_token()).size();
      }
    }
  }
  return count;
}

int main(int argc, char** argv) {
  std::vector<std::string> files;
  for (std::string line; std::getline(std::cin, line);) files.push_back(line);
  std::atomic<size_t> next{0}, records{0};
  std::vector<std::thread> threads;
  for (int n = 0; n < atoi(argv[1]); n++)
    threads.emplace_back([&] {
      libdeflate_decompressor* inflater = libdeflate_alloc_decompressor();
      ondemand::parser parser;
      std::vector<char> text;
      std::string packed;
      for (size_t at; (at = next++) < files.size();)
        records += read(files[at], inflater, parser, text, packed).records;
    });
  for (auto& thread : threads) thread.join();
  std::printf("%zu\n", records.load());
}
"""
_PACKAGES = "libdeflate-dev libsimdjson-dev"


def native(trail: Trail, cores: int) -> Answer:
    """The C++ program, with as many threads as cores."""
    files = "\n".join(map(str, trail.files))
    command = [str(_built()), str(cores)]
    done = subprocess.run(command, input=files, capture_output=True, text=True, check=True)
    return Answer(int(done.stdout))


@cache
def _built() -> Path:
    """Build the program once. Raises NotHere where something for it is missing."""
    compiler = which("g++") or which("clang++")
    if compiler is None:
        raise NotHere("there is no C++ compiler")
    folder = Path(tempfile.mkdtemp(prefix="truant-bench-native-"))
    source, program = folder / "native.cpp", folder / "native"
    source.write_text(_SOURCE, encoding="utf-8")
    flags = ["-O3", "-march=native", "-std=c++17", "-pthread"]
    command = [compiler, *flags, str(source), "-o", str(program), "-ldeflate", "-lsimdjson"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = done.stderr.strip().splitlines()[:1]
        raise NotHere(f"it cannot be built ({_PACKAGES}?): {' '.join(why)}")
    return program
