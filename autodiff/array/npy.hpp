#pragma once
// Arrays in numpy's files, one to a file.
//
//   save_npy("w.npy", w);              // numpy.load("w.npy") in Python
//   array back = load_npy("w.npy");
//
// What numpy.save writes is read, in all three versions of the format: truth values, whole numbers of 8 to 64 bits with
// and without a sign (they become int64), and floating-point numbers of 16 (they become float32), 32 and 64 bits, in either order of bytes
// and of axes. A number is never rounded: one without a sign of 2^63 or more, which no int64 can be, is an error. Strings, complex
// numbers, records and Python objects are refused. Written is version 1.0, little-endian, row by row. The format:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
//
// A file that is damaged, cut off or made in bad faith is one seegrad::error, before memory is taken for more than it holds. A
// file is written beside its target and renamed, so that there is never half a file. Several arrays in one file: npz.hpp.

#include <autodiff/array/array.hpp>
#include <autodiff/array/file.hpp>
#include <filesystem>
#include <iosfwd>
#include <string>

namespace seegrad {

/// The array in a file. Throws for one that is not there or is no such file, and says what is wrong with it.
auto load_npy(const std::filesystem::path& file) -> array;
/// Throws if the file cannot be written; an old one is kept then.
auto save_npy(const std::filesystem::path& file, const array& x) -> void;

/// Leaves the stream, which should be binary, behind the array: others may follow.
auto load_npy(std::istream& in) -> array;
auto save_npy(std::ostream& out, const array& x) -> void;

namespace detail {

/// Where the bytes of an array come from.
class byte_source {
 public:
  virtual ~byte_source() = default;
  /// Exactly n bytes, or an exception.
  virtual auto read(void* to, std::size_t n) -> void = 0;
  /// How many there are still, at most; a negative number if that is not known.
  virtual auto left() -> std::int64_t = 0;
};

class stream_source : public byte_source {
 public:
  explicit stream_source(std::istream& in);
  auto read(void* to, std::size_t n) -> void override;
  auto left() -> std::int64_t override { return left_; }

 private:
  std::istream& in_;
  std::int64_t left_ = -1;
};

/// Throws without a "who": the caller knows the name of the file.
auto read_npy(byte_source& from) -> array;
/// What stands before the elements.
auto npy_header(const array& x) -> std::string;

}  // namespace detail

}  // namespace seegrad
