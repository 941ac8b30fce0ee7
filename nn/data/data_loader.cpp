#include <nn/data/data_loader.hpp>

#include <algorithm>
#include <cfenv>
#include <condition_variable>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace seegrad::nn {
namespace detail {
namespace {

// Streams of their own, so that nothing has to do with what users draw from generator(seed).
constexpr std::uint64_t order_stream = 0x6f72646572, transform_stream = 0x7472616e73;

auto batches(index_t samples, const loader_options& how) -> index_t {
  return how.drop_last ? samples / how.batch_size : (samples - 1) / how.batch_size + 1;
}

// Makes batch k of a pass, whatever was made before it.
class batch_maker {
 public:
  batch_maker(const data_source& data, const loader_options& how, std::uint64_t epoch)
      : data_(data), how_(how), random_(generator({how.seed, transform_stream, epoch}).split().save()) {
    if (!how.shuffle) return;
    auto g = generator({how.seed, order_stream, epoch}).split();
    order_ = data.order(g);
  }

  auto count() const -> index_t { return batches(data_.size(), how_); }
  auto copies_only() const -> bool { return data_.in_memory() && how_.shuffle && !how_.transform; }
  auto views_only() const -> bool { return data_.in_memory() && !how_.shuffle && !how_.transform; }

  // Memory for the rows of a shuffled batch, and the rows themselves.
  auto room(index_t k) const -> dataset {
    const auto n = end(k) - begin(k);
    const auto of = [&](const array& x) { return array::uninitialized(x.type(), dims{n} + x.shape().from(1)); };
    return {of(data_.in_memory()->inputs), of(data_.in_memory()->targets)};
  }
  auto fill(index_t k, dataset& batch) const -> void {
    copy_rows(data_.in_memory()->inputs, numbers(k), batch.inputs);
    copy_rows(data_.in_memory()->targets, numbers(k), batch.targets);
  }

  auto make(index_t k) const -> dataset {
    dataset batch;
    if (!how_.shuffle) {
      batch = data_.range(begin(k), end(k));
    } else if (data_.in_memory()) {
      batch = room(k);
      fill(k, batch);
    } else {
      batch = data_.batch(numbers(k));
    }
    if (!how_.transform) return batch;
    auto g = generator({random_.seed, random_.stream, static_cast<std::uint64_t>(k)}).split();
    batch = how_.transform(std::move(batch), g);
    static_cast<void>(batch.size());  // throws if the axes do not fit
    return batch;
  }

 private:
  auto begin(index_t k) const -> index_t { return k * how_.batch_size; }
  auto end(index_t k) const -> index_t { return std::min(data_.size() - begin(k), how_.batch_size) + begin(k); }
  auto numbers(index_t k) const -> std::span<const std::int64_t> {
    return order_.elements<std::int64_t>().subspan(static_cast<std::size_t>(begin(k)),
                                                   static_cast<std::size_t>(end(k) - begin(k)));
  }

  data_source data_;
  loader_options how_;
  generator::state random_;
  array order_;
};

}  // namespace

class loader_pass {
 public:
  loader_pass(const data_source& data, const loader_options& how, std::uint64_t epoch)
      : maker_(data, how, epoch), count_(maker_.count()) {
    const auto ahead = std::min<index_t>(how.prefetch, count_);
    if (ahead > 0 && !maker_.views_only()) start(ahead);
  }
  ~loader_pass() {
    if (!worker_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }
  loader_pass(const loader_pass&) = delete;
  auto operator=(const loader_pass&) -> loader_pass& = delete;

  auto current() const -> const dataset& { return current_; }
  auto at_end() const -> bool { return ended_; }

  auto advance() -> void {
    current_ = {};  // first, so that the new batch takes its memory
    if (next_ == count_) {
      ended_ = true;
      return;
    }
    try {
      current_ = worker_.joinable() ? receive() : maker_.make(next_);
      ++next_;
    } catch (...) {
      ended_ = true, next_ = count_;
      throw;
    }
  }

 private:
  struct slot {
    dataset batch;
    std::exception_ptr failure;
  };

  // A block of memory stays with the thread that gives it back (pool.hpp). If the worker's blocks went out with the batches, the
  // consumer would gather them without end: so each side gives back what it took. Rows are copied into memory that the consumer
  // took, and what a transform returns is copied by the consumer and given back by the worker.
  auto start(index_t ahead) -> void {
    slots_.resize(static_cast<std::size_t>(ahead));
    if (maker_.copies_only())
      for (index_t k = 0; k < ahead; ++k) slot_of(k).batch = maker_.room(k);
    std::fenv_t arithmetic;
    std::fegetenv(&arithmetic);  // whether denormal numbers count as 0
    try {
      worker_ = std::thread([this, arithmetic] {
        std::fesetenv(&arithmetic);
        work();
      });
    } catch (const std::system_error& e) {
      throw error(fmt::format("data_loader: no thread could be started: {}; prefetch = 0 needs none", e.what()));
    }
  }

  auto slot_of(index_t k) -> slot& { return slots_[static_cast<std::size_t>(k) % slots_.size()]; }

  // Slot k belongs to the worker until made_ > k, and then to the consumer until taken_ > k.
  auto work() -> void {
    const auto ahead = static_cast<index_t>(slots_.size());
    bool failed = false;
    for (index_t k = 0; k < count_ && !failed; ++k) {
      if (!wait([&] { return k < taken_ + ahead; })) break;
      auto& s = slot_of(k);
      try {
        if (maker_.copies_only()) maker_.fill(k, s.batch);
        else s.batch = {}, s.batch = maker_.make(k);
      } catch (...) {
        s.failure = std::current_exception();
        failed = true;
      }
      {
        const std::lock_guard lock(mutex_);
        ++made_;
      }
      changed_.notify_all();
    }
    wait([&] { return taken_ == count_; });
    if (!maker_.copies_only())
      for (auto& s : slots_) s.batch = {};
  }

  auto receive() -> dataset {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return made_ > next_; });
    }
    auto& s = slot_of(next_);
    if (s.failure) std::rethrow_exception(s.failure);
    dataset batch;
    if (maker_.copies_only()) {
      batch = std::exchange(s.batch, {});
      if (const auto later = next_ + static_cast<index_t>(slots_.size()); later < count_) s.batch = maker_.room(later);
    } else {
      batch = {s.batch.inputs.copy(), s.batch.targets.copy()};
    }
    {
      const std::lock_guard lock(mutex_);
      ++taken_;
    }
    changed_.notify_all();
    return batch;
  }

  // Whether the worker shall go on.
  template <class F>
  auto wait(F ready) -> bool {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || ready(); });
    return !stop_;
  }

  batch_maker maker_;
  index_t count_, next_ = 0;
  bool ended_ = false;
  dataset current_;

  std::mutex mutex_;  // guards the next three
  index_t made_ = 0, taken_ = 0;
  bool stop_ = false;
  std::condition_variable changed_;
  std::vector<slot> slots_;
  std::thread worker_;
};

}  // namespace detail

data_loader::data_loader(data_source data, loader_options how) : data_(std::move(data)), how_(std::move(how)) {
  const auto* in_memory = data_.in_memory();
  if (data_.size() == 0)
    throw error(fmt::format("data_loader: {}there are no samples", in_memory ? detail::describe(*in_memory) + ": " : ""));
  if (how_.batch_size < 1) throw error(fmt::format("data_loader: a batch_size of {}; 1 or more is wanted", how_.batch_size));
  if (how_.prefetch < 0) throw error(fmt::format("data_loader: prefetch is {}; 0 or more is wanted", how_.prefetch));
  if (!how_.shuffle || !in_memory) return;
  data_ = data_source(detail::with_whole_rows(in_memory->inputs), detail::with_whole_rows(in_memory->targets));
}

auto data_loader::begin() -> iterator {
  iterator first(std::make_shared<detail::loader_pass>(data_, how_, epoch_));
  ++epoch_;
  return ++first;
}

auto data_loader::size() const -> index_t { return detail::batches(data_.size(), how_); }

auto data_loader::iterator::operator*() const -> const dataset& { return pass_->current(); }
auto data_loader::iterator::operator++() -> iterator& {
  pass_->advance();
  return *this;
}
auto data_loader::iterator::at_end() const -> bool { return pass_->at_end(); }

}  // namespace seegrad::nn
