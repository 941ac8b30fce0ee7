#pragma once
// The file beside a target that takes the target's name when it is whole (see file.hpp).

#include <autodiff/array/system.hpp>
#include <filesystem>

namespace seegrad::detail {

class part_file {
 public:
  /// Clears away what a killed program has left beside the target, and makes a file of a new name there. The functions say what is wrong by
  /// an error number, 0 if nothing is.
  explicit part_file(const std::filesystem::path& target);
  ~part_file();
  part_file(const part_file&) = delete;
  auto operator=(const part_file&) -> part_file& = delete;

  auto failure() const -> int { return failure_; }
  auto path() const -> const std::filesystem::path& { return path_; }
  /// Gives it the target's permissions, if there is a target.
  auto permit_as_target() -> void;
  /// Brings it to the disk and to the target's name.
  [[nodiscard]] auto replace_target() -> int;

 private:
  std::filesystem::path target_, path_;
  int failure_ = 0;
  bool is_there_ = false;
#ifdef SEEGRAD_POSIX
  int handle_ = -1;  // locked for as long as it is written
#endif
};

}  // namespace seegrad::detail
