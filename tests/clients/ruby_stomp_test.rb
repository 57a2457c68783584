# frozen_string_literal: true

require_relative 'conformance'

class RubyStompTest < ConformanceTest
  BODIES = {
    'text' => 'Hello, World!',
    'beyond-ascii' => "Grüße, 世界 \u{1f600}",
    'nothing' => '',
    '64-kib' => '0123456789abcdef' * 4096,
    'octets' => ((0..255).to_a * 4).pack('C*')
  }.freeze

  def test_the_version_asked_for_is_agreed_on
    for_each(VERSIONS) { |version| assert_equal version, open(version).protocol }
  end

  def test_all_versions_offered_agree_on_the_highest
    assert_equal '1.2', open('1.0,1.1,1.2').protocol
  end

  def test_bodies_come_back_the_same
    for_each(VERSIONS) do |version|
      connection = open(version)
      BODIES.each do |name, body|
        subscribe(connection, "/topic/#{name}-#{version[-1]}")
        connection.publish("/topic/#{name}-#{version[-1]}", body, 'content-type' => 'application/octet-stream')
        message = next_message(connection)
        assert_equal body.b, message.body.b
        assert_equal 'application/octet-stream', message.headers['content-type']
      end
    end
  end

  def test_a_body_without_content_length_ends_at_its_nul
    connection = open('1.2')
    subscribe(connection, '/topic/no-length')
    connection.publish('/topic/no-length', 'short', suppress_content_length: true)
    assert_equal 'short', next_message(connection).body
  end

  def test_a_header_with_every_escape_comes_back_the_same
    { '1.1' => "a:b\nc\\d", '1.2' => "a:b\nc\rd\\e" }.each do |version, value|
      connection = open(version)
      subscribe(connection, "/topic/escapes-#{version[-1]}")
      connection.publish("/topic/escapes-#{version[-1]}", 'x', 'x-value' => value)
      assert_equal value, next_message(connection).headers['x-value']
    end
  end

  def test_send_and_unsubscribe_are_receipted_and_then_nothing_comes
    for_each(VERSIONS) do |version|
      connection = open(version)
      left = subscribe(connection, "/topic/left-#{version[-1]}")
      subscribe(connection, "/topic/kept-#{version[-1]}")
      receipt(connection) { |asking| connection.publish("/topic/elsewhere-#{version[-1]}", 'body', asking) }
      receipt(connection) { |asking| connection.unsubscribe("/topic/left-#{version[-1]}", asking, left) }
      connection.publish("/topic/left-#{version[-1]}", 'unheard')
      connection.publish("/topic/kept-#{version[-1]}", 'heard')
      assert_equal 'heard', next_message(connection).body
    end
  end

  def test_each_message_of_a_queue_reaches_one_of_two_consumers
    for_each(VERSIONS) do |version|
      consumers = [open(version), open(version)]
      consumers.each { |consumer| subscribe(consumer, "/queue/share-#{version[-1]}") }
      sent = (1..20).map { |number| "message #{number}" }
      sent.each { |text| consumers[0].publish("/queue/share-#{version[-1]}", text) }
      seen = consumers.flat_map { |consumer| Array.new(sent.size / 2) { next_message(consumer).body } }
      assert_equal sent.sort, seen.sort
    end
  end

  def test_a_controller_answers
    connection = open('1.2')
    subscribe(connection, '/topic/greeting')
    connection.publish('/app/hello', '{"name":"Ruby"}')
    assert_equal '{"content":"Hello, Ruby!"}', next_message(connection).body
  end

  def test_a_send_to_no_destination_is_an_error_that_ends_the_session
    for_each(VERSIONS) do |version|
      connection = open(version)
      connection.publish('/nowhere/at/all', 'lost')
      assert_match(/destination/, frame(connection, 'ERROR').headers['message'])
      capture_io { assert_nil soon { connection.receive } }  # it warns of the end on stderr
    end
  end

  def test_a_wrong_login_is_refused
    for_each(VERSIONS) do |version|
      refused = open(version, passcode: 'wrong').connection_frame
      assert_equal 'ERROR', refused.command
      assert_equal 'Bad credentials', refused.headers['message']
    end
  end

  def test_heart_beats_keep_a_session
    connection = open('1.2', headers: { 'heart-beat' => '1000,1000' })
    soon { sleep 0.05 until connection.hbrecv_count >= 1 && connection.hbsend_count >= 1 }
    receipt(connection) { |asking| connection.publish('/topic/alive', 'still here', asking) }
  end

  def test_disconnect_is_receipted
    for_each(VERSIONS) do |version|
      connection = open(version)
      soon { connection.disconnect('receipt' => 'bye') }
      assert_equal 'bye', connection.disconnect_receipt.headers['receipt-id']
    end
  end
end
