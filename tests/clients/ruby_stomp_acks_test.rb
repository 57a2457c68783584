# frozen_string_literal: true

require_relative 'conformance'

class RubyStompAcknowledging < ConformanceTest
  # The message as ACK and NACK of each version name it.
  def name_of(connection, message)
    connection.protocol == '1.2' ? message.headers['ack'] : message.headers['message-id']
  end

  def ack(connection, message, headers = {})
    connection.ack(name_of(connection, message), { 'subscription' => message.headers['subscription'] }.merge(headers).compact)
  end

  def nack(connection, message)
    connection.nack(name_of(connection, message), { 'subscription' => message.headers['subscription'] })
  end

  # A session that has got these messages from the queue and acknowledged none.
  def consume(version, queue, mode, *texts)
    connection = open(version)
    subscribe(connection, queue, 'ack' => mode)
    texts.each { |text| receipt(connection) { |asking| connection.publish(queue, text, asking) } }
    messages = texts.map { next_message(connection) }
    assert_equal texts, messages.map(&:body)
    [connection, messages]
  end

  # What the sessions before have not acknowledged.
  def next_for_another(version, queue)
    connection = open(version)
    subscribe(connection, queue)
    next_message(connection)
  end

  def leave(connection)
    soon { connection.disconnect('receipt' => 'leaving') }
  end

  def test_what_is_not_acknowledged_goes_to_another_redelivered
    for_each(VERSIONS) do |version|
      connection, (one,) = consume(version, "/queue/returned-#{version[-1]}", 'client', 'one', 'two')
      refute_equal 'true', one.headers['redelivered']
      ack(connection, one)
      leave(connection)
      again = next_for_another(version, "/queue/returned-#{version[-1]}")
      assert_equal %w[two true], [again.body, again.headers['redelivered']]
    end
  end

  def test_an_ack_in_the_mode_client_is_for_all_before_it_too
    for_each(VERSIONS) do |version|
      connection, messages = consume(version, "/queue/cumulative-#{version[-1]}", 'client', 'one', 'two', 'three', 'four')
      ack(connection, messages[2])
      leave(connection)
      assert_equal 'four', next_for_another(version, "/queue/cumulative-#{version[-1]}").body
    end
  end

  def test_an_ack_in_the_mode_client_individual_is_for_one
    for_each(%w[1.1 1.2]) do |version|
      connection, messages = consume(version, "/queue/individual-#{version[-1]}", 'client-individual', 'one', 'two', 'three')
      [2, 0].each { |index| receipt(connection) { |asking| ack(connection, messages[index], asking) } }
      leave(connection)
      assert_equal 'two', next_for_another(version, "/queue/individual-#{version[-1]}").body
    end
  end

  def test_after_a_nack_the_message_comes_again_redelivered
    for_each(%w[1.1 1.2]) do |version|
      connection, (once,) = consume(version, "/queue/nack-#{version[-1]}", 'client-individual', 'once more')
      nack(connection, once)
      again = next_message(connection)
      assert_equal ['once more', 'true'], [again.body, again.headers['redelivered']]
      receipt(connection) { |asking| ack(connection, again, asking) }
      connection.publish("/queue/nack-#{version[-1]}", 'next')
      assert_equal 'next', next_message(connection).body
    end
  end

  def test_a_transaction_is_sent_at_commit_in_order
    for_each(VERSIONS) do |version|
      connection = open(version)
      subscribe(connection, "/topic/committed-#{version[-1]}")
      connection.begin('tx')
      %w[one two].each { |text| connection.publish("/topic/committed-#{version[-1]}", text, transaction: 'tx') }
      connection.publish("/topic/committed-#{version[-1]}", 'outside')
      connection.commit('tx')
      assert_equal %w[outside one two], Array.new(3) { next_message(connection).body }
    end
  end

  def test_an_aborted_transaction_is_not_sent
    for_each(VERSIONS) do |version|
      connection = open(version)
      subscribe(connection, "/topic/aborted-#{version[-1]}")
      connection.begin('tx')
      connection.publish("/topic/aborted-#{version[-1]}", 'inside', transaction: 'tx')
      connection.abort('tx')
      connection.publish("/topic/aborted-#{version[-1]}", 'outside')
      assert_equal 'outside', next_message(connection).body
    end
  end

  def test_an_ack_in_an_aborted_transaction_does_not_count
    for_each(VERSIONS) do |version|
      connection, (one, two) = consume(version, "/queue/transaction-#{version[-1]}", 'client', 'one', 'two')
      { 'first' => [one, :commit], 'second' => [two, :abort] }.each do |name, (message, ending)|
        connection.begin(name)
        ack(connection, message, 'transaction' => name)
        connection.public_send(ending, name)
      end
      leave(connection)
      assert_equal 'two', next_for_another(version, "/queue/transaction-#{version[-1]}").body
    end
  end
end
