#pragma once
// Files of numpy as strings of bytes.

#include <autodiff/array/npy.hpp>
#include <sstream>
#include <string>

using namespace seegrad;

inline auto bytes_of(const array& x) -> std::string {
  std::ostringstream out;
  save_npy(out, x);
  return out.str();
}
inline auto from_bytes(const std::string& bytes) -> array {
  std::istringstream in(bytes);
  return load_npy(in);
}
inline auto with_header(const std::string& dictionary, const std::string& data, char version = 1) -> std::string {
  const auto n = dictionary.size();
  std::string head = {'\x93', 'N', 'U', 'M', 'P', 'Y', version, 0, static_cast<char>(n & 255), static_cast<char>(n >> 8)};
  if (version > 1) head += std::string(2, '\0');
  return head + dictionary + data;
}

/// A stream that cannot be positioned, like a pipe.
struct pipe_buffer : std::stringbuf {
  using std::stringbuf::stringbuf;
  auto seekoff(off_type, std::ios::seekdir, std::ios::openmode) -> pos_type override { return pos_type(off_type(-1)); }
  auto seekpos(pos_type, std::ios::openmode) -> pos_type override { return pos_type(off_type(-1)); }
};
