#pragma once

#include "app/external_plan.hpp"
#include "broker/node_channel.hpp"
#include "broker/subscription_index.hpp"
#include "messaging/destination.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::test {

/// A broker of topics that several applications of a test share, all in its thread. What is published comes
/// to each shard in a later turn of its own.
class FakeExchange {
public:
    class Broker final : public broker::ExternalBroker, public broker::NodeChannel {
    public:
        Broker(FakeExchange& exchange, app::Driver& driver, unsigned shard)
            : exchange_(exchange), driver_(driver), shard_(shard) {
            exchange_.brokers_.push_back(this);
        }
        ~Broker() override { std::erase(exchange_.brokers_, this); }

        [[nodiscard]] bool handles(std::string_view destination) const override {
            return messaging::has_prefix(destination, "/topic");
        }
        void subscribe(broker::Subscription& subscription, Done done) override {
            topics_.add(subscription);
            done({});
        }
        void unsubscribe(broker::Subscription& subscription) override {
            if (subscription.topic != nullptr) topics_.remove(subscription);
        }
        void publish(MessagePtr message, Done done) override {
            if (exchange_.away_) return done(away());
            exchange_.each([message](Broker& there) { there.topics_.deliver({&message, 1}); });
            done({});
        }
        void settle(broker::Subscription&, std::uint64_t, broker::Settlement) override {}
        void on_availability(Availability) override {}
        [[nodiscard]] bool is_available() const override { return !exchange_.away_; }
        void shut_down() override {}

        [[nodiscard]] broker::NodeChannel* node_channel(const std::string&) override { return this; }
        void listen(const std::string& node, Listener& listener) override {
            node_ = node;
            listener_ = &listener;
            if (!exchange_.away_) set_open(true);
        }
        void send(std::string_view node, std::string body, Done done) override {
            if (exchange_.away_) return done(away());
            exchange_.each([body = std::move(body), to = std::string(node)](Broker& there) {
                if (there.listener_ != nullptr && (to.empty() || to == there.node_))
                    there.listener_->on_node_message(body);
            });
            done({});
        }

    private:
        friend class FakeExchange;
        static Error away() { return {Errc::unavailable, "The broker is not available"}; }
        void post(std::function<void(Broker&)> task) {
            driver_.post_to(shard_, [this, task = std::move(task)](app::Shard&) {
                if (std::ranges::find(exchange_.brokers_, this) != exchange_.brokers_.end()) task(*this);
            });
        }
        void set_open(bool open) {
            post([open](Broker& there) {
                if (there.listener_ != nullptr) there.listener_->on_node_channel(open);
            });
        }

        FakeExchange& exchange_;
        app::Driver& driver_;
        unsigned shard_;
        broker::SubscriptionIndex topics_;
        std::string node_;
        Listener* listener_ = nullptr;
    };

    class Plan final : public app::ExternalPlan {
    public:
        explicit Plan(FakeExchange& exchange) : exchange_(exchange) {}
        [[nodiscard]] std::unique_ptr<broker::ExternalBroker> make(app::Driver& driver, unsigned shard,
                                                                   base::TimerQueue&,
                                                                   base::Random&) const override {
            return std::make_unique<Broker>(exchange_, driver, shard);
        }
        [[nodiscard]] std::string address() const override { return "exchange"; }
        [[nodiscard]] const std::vector<std::string>& queue_prefixes() const override { return queues_; }
        [[nodiscard]] app::BrokerRoom room() const override { return {1 << 20, 1 << 20}; }

    private:
        FakeExchange& exchange_;
        std::vector<std::string> queues_{};
    };

    [[nodiscard]] std::shared_ptr<app::ExternalPlan> plan() { return std::make_shared<Plan>(*this); }
    void set_away(bool away) {
        away_ = away;
        for (Broker* const broker : brokers_) broker->set_open(!away);
    }

private:
    void each(const std::function<void(Broker&)>& task) {
        for (Broker* const broker : brokers_) broker->post(task);
    }

    std::vector<Broker*> brokers_;
    bool away_ = false;
};

}  // namespace stentor::test
