#pragma once
// Numbers over time in a file that TensorBoard shows while it grows: tensorboard --logdir runs
//
//   nn::event_file log("runs/first");
//   log.scalar("loss", step, 0.61);
//   log.flush();
//
// The file is a row of records, each a length, its checksum, an Event message and its checksum; the messages are protobuf
// (tensorflow/core/util/event.proto), and the checksums CRC-32C, rotated and shifted so that one of data with a checksum in it is no trouble.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace seegrad::nn {

class event_file {
 public:
  /// A file of its own in the folder, which is made if it is not there. Throws if it cannot be written.
  explicit event_file(const std::filesystem::path& folder);

  /// A number of a curve, at the present time. Letters that TensorBoard has no use for in a name, such as blanks, become _.
  auto scalar(std::string_view tag, std::int64_t step, double value) -> void;
  /// Brings what was written to where TensorBoard sees it. Throws if that fails, as on a full disk.
  auto flush() -> void;

  /// Where it is; its name has the time and the machine in it, as TensorBoard wants.
  auto file() const -> const std::filesystem::path& { return file_; }

 private:
  auto record(std::string_view event) -> void;

  std::filesystem::path file_;
  std::ofstream out_;
};

namespace detail {
/// CRC-32C (Castagnoli), as in RFC 3720.
auto crc32c(std::string_view bytes) -> std::uint32_t;
}  // namespace detail

}  // namespace seegrad::nn
