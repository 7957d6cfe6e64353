#include "net/mailbox.h"

#include <utility>

#include "net/connection.h"

namespace parley::net {

void Mailbox::post(Letter letter) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    letters_.push_back(std::move(letter));
    if (letters_.size() > 1) return;  // whoever left the first one wakes the owner
  }
  wake_();
}

void Mailbox::take(std::vector<Letter>& letters) {
  letters.clear();
  std::lock_guard lock(mutex_);
  letters_.swap(letters);
}

void Mailbox::close() {
  std::vector<Letter> unread;  // destroyed after the lock is gone: a letter's end may end a connection
  std::lock_guard lock(mutex_);
  closed_ = true;
  unread.swap(letters_);
}

}  // namespace parley::net
