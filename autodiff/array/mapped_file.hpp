#pragma once
// The bytes of a file at any place, without reading the others: mapped into memory where the system can, and read otherwise.
//
//   detail::mapped_file file("x.npy", "mapped_npy");
//   file.read(128, to, 4096);

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace seegrad {

/// automatic: mapped into memory if the system can, which it cannot if the file is larger than what is left of the address space; read: by
/// the system's calls, which take a little longer for small pieces.
enum class file_access { automatic, read };

namespace detail {

/// It may be used by several threads.
class mapped_file {
 public:
  /// Throws in the name of `who` if it cannot be opened, or is no regular file.
  mapped_file(const std::filesystem::path& file, const char* who, file_access how = file_access::automatic);
  mapped_file(const mapped_file&) = delete;
  auto operator=(const mapped_file&) -> mapped_file& = delete;
  ~mapped_file();

  /// Bytes in it when it was opened.
  auto size() const -> std::int64_t { return size_; }
  auto is_mapped() const -> bool { return mapping_ != nullptr; }
  /// Copies n bytes, which begin at `at` and end within size().
  auto read(std::int64_t at, void* to, std::size_t n) const -> void;
  /// To be called before some pieces are read: throws if the file has been made shorter, which would end the program where it is mapped.
  auto need_whole() const -> void;
  /// Throws an error about this file.
  [[noreturn]] auto fail(const std::string& what) const -> void;

 private:
  std::string name_, who_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
  void* mapping_ = nullptr;
};

}  // namespace detail

}  // namespace seegrad
