#pragma once
// An .npy file whose rows are read when they are asked for: it may be larger than memory.
//
//   const mapped_npy x("images.npy");              // reads the header
//   x.shape();                                     // [1000000x3x32x32]
//   array some = x.rows(5, 10);                    // [5x3x32x32]
//   array chosen = x.rows(numbers);                // numbers: any span of int64, such as a part of a permutation
//
// A row is all that belongs to one place of the first axis. Rows are copies, of the type that load_npy gives; the file is mapped
// into memory, or read piece by piece where it cannot be, to the same bits. It must be laid out row by row, not column by column, and stay
// as it is while it is in use: a file that another program makes shorter is an error at the next call, but one that is made shorter during
// a call ends the program, as with all mapped files; file_access::read has an error for that, too.

#include <autodiff/array/array.hpp>
#include <autodiff/array/mapped_file.hpp>
#include <memory>
#include <span>

namespace seegrad {

/// A handle: copies share the file, which is closed with the last of them. Several threads may read at once.
class mapped_npy {
 public:
  /// Throws what load_npy throws for the header, for a file with another number of bytes than its shape needs, for a single number (shape
  /// []) and for an array that is laid out column by column.
  explicit mapped_npy(const std::filesystem::path& file, file_access how = file_access::automatic);
  ~mapped_npy();
  mapped_npy(const mapped_npy&) = default;
  auto operator=(const mapped_npy&) -> mapped_npy& = default;

  /// That of the whole array, whose first axis is rows.
  auto shape() const -> const dims&;
  /// What the rows have: whole numbers of any width become int64, half precision float32.
  auto type() const -> dtype;
  /// The number of rows.
  auto size() const -> index_t { return shape()[0]; }
  /// Whether the file is mapped into memory, and not read piece by piece.
  auto is_mapped() const -> bool;

  /// Rows begin .. end - 1. Throws unless 0 <= begin <= end <= size().
  auto rows(index_t begin, index_t end) const -> array;
  /// The rows with these numbers, in this order; one may come again. Throws for a number out of range.
  auto rows(std::span<const std::int64_t> numbers) const -> array;

 private:
  struct contents;
  std::shared_ptr<const contents> contents_;
};

}  // namespace seegrad
