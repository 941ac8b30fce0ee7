#pragma once
// What stands before the elements in an .npy file: a mark, a version, and the type and shape as a Python dictionary.

#include <autodiff/array/npy.hpp>

namespace seegrad::detail {

/// A numpy type, as "<f4" says it.
struct npy_type {
  bool big_endian;
  char kind;          // b, i, u or f
  std::size_t width;  // bytes
  auto becomes() const -> dtype;
};

struct npy_head {
  npy_type type;
  bool column_major;
  dims shape;
};

/// Throws, without a "who", if it is damaged or tells of what an array cannot hold.
auto read_npy_header(byte_source& from) -> npy_head;

}  // namespace seegrad::detail
