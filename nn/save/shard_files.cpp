#include <nn/save/shard_files.hpp>

#include <autodiff/array/npz.hpp>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <nn/save/safetensors.hpp>

namespace seegrad::nn {
namespace {

auto is_npz(const std::filesystem::path& file) -> bool {
  const auto suffix = file.extension();
  if (suffix != ".npz" && suffix != ".safetensors")
    throw error(fmt::format("shard_files: '{}' is neither .npz nor .safetensors", file.string()));
  return suffix == ".npz";
}

template <class T>
auto found(const std::filesystem::path& file, std::map<std::string, T>& all, const std::string& name) -> T {
  const auto at = all.find(name);
  if (at == all.end()) {
    std::string names;
    for (const auto& [other, x] : all) names += (names.empty() ? "" : ", ") + other;
    throw error(
        fmt::format("shard_files: '{}' has no array '{}'; it has {}", file.string(), name, names.empty() ? "none" : names));
  }
  return at->second;
}

// The archive that was read last.
struct reader {
  std::mutex mutex;
  std::filesystem::path file;
  dataset data;
};

class shard_file : public sample_source {
 public:
  shard_file(std::filesystem::path file, shard_names names, std::shared_ptr<reader> in)
      : file_(std::move(file)), names_(std::move(names)), in_(std::move(in)) {
    auto shapes = is_npz(file_) ? npz_shapes(file_) : safetensors_shapes(file_);
    const auto inputs = found(file_, shapes, names_.inputs), targets = found(file_, shapes, names_.targets);
    if (inputs.empty() || targets.empty() || inputs[0] != targets[0])
      throw error(fmt::format("shard_files: '{}': {} inputs and {} targets; the first axes run through the same samples",
                              file_.string(), to_string(inputs), to_string(targets)));
    size_ = inputs[0];
  }

  auto size() const -> index_t override { return size_; }
  auto batch(std::span<const std::int64_t> numbers) const -> dataset override {
    dataset data;
    {
      const std::lock_guard lock(in_->mutex);
      if (in_->file != file_) {
        in_->file.clear(), in_->data = {};  // first, so that there is never more than one in memory
        auto arrays = is_npz(file_) ? load_npz(file_) : load_safetensors(file_);
        in_->data = {found(file_, arrays, names_.inputs), found(file_, arrays, names_.targets)};
        in_->file = file_;
      }
      data = in_->data;
    }
    if (data.size() != size_)
      throw error(fmt::format("shard_files: '{}' had {} samples, and has {} now", file_.string(), size_, data.size()));
    return detail::rows_of(data, numbers);
  }

 private:
  std::filesystem::path file_;
  shard_names names_;
  std::shared_ptr<reader> in_;
  index_t size_ = 0;
};

}  // namespace

auto shard_files(const std::vector<std::filesystem::path>& files, const shard_names& names) -> shards {
  if (files.empty()) throw error("shard_files: the list of files is empty");
  const auto in = std::make_shared<reader>();
  std::vector<data_source> parts;
  for (const auto& f : files) parts.emplace_back(shard_file(f, names, in));
  return shards(std::move(parts));
}

}  // namespace seegrad::nn
