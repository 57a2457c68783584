# frozen_string_literal: true

# The program `conformance` for a test file, and connections of the unmodified ruby-stomp (Debian's ruby-stomp) to it.
require 'minitest/autorun'
require 'stomp'
require 'tempfile'
require 'timeout'

# Starts the program on free ports and ends it; a test fails when it did not end well.
class Conformance
  DEADLINE = 30
  SANITIZER_REPORT = /(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:/

  attr_reader :host, :port

  def initialize
    programs = ENV.fetch('STENTOR_BIN') { File.expand_path('../../build/dev/bin', __dir__) }
    @errors = Tempfile.new('conformance')
    out, in_ = IO.pipe
    @pid = spawn("#{programs}/conformance", '--port', '0', '--stomp-port', '0', '--shards', '2', out: in_, err: @errors.path)
    in_.close
    Timeout.timeout(DEADLINE) do
      out.each_line { |line| break if line =~ /^stomp on (\S+):(\d+)/ && (@host = $1) && (@port = $2.to_i) }
    end
    raise "conformance did not start: #{File.read(@errors.path)}" unless @port
  end

  def stop
    Process.kill(:TERM, @pid)
    status = Timeout.timeout(DEADLINE) { Process.wait2(@pid)[1] }
    errors = File.read(@errors.path)
    raise "conformance went wrong (#{status}): #{errors}" if status != 0 || errors =~ SANITIZER_REPORT
  rescue Timeout::Error
    Process.kill(:KILL, @pid)
    raise
  end
end

# A test case with connections; what waits too long fails.
class ConformanceTest < Minitest::Test
  VERSIONS = %w[1.0 1.1 1.2].freeze

  def self.server
    @@server ||= Conformance.new.tap { |server| Minitest.after_run { server.stop } }
  end

  def setup
    @connections = []
    @kept = Hash.new { |kept, connection| kept[connection] = [] }
  end

  def teardown
    @connections.each { |connection| connection.disconnect if connection.open? }
  end

  def open(version, login: 'guest', passcode: 'guest', headers: {})
    server = ConformanceTest.server
    negotiation = version == '1.0' ? {} : { 'accept-version' => version, 'host' => 'localhost' }
    connection = soon do
      Stomp::Connection.new(
        hosts: [{ login: login, passcode: passcode, host: server.host, port: server.port }],
        reliable: false, connread_timeout: Conformance::DEADLINE, connect_headers: negotiation.merge(headers)
      )
    end
    @connections << connection
    connection
  end

  def soon(&act)
    Timeout.timeout(Conformance::DEADLINE, &act)
  end

  # The next frame of that command; a MESSAGE that comes before another is kept for later.
  def frame(connection, command)
    kept = @kept[connection]
    return kept.shift if command == 'MESSAGE' && !kept.empty?

    frame = soon { connection.receive }
    while command != 'MESSAGE' && frame&.command == 'MESSAGE'
      kept << frame
      frame = soon { connection.receive }
    end
    assert_equal command, frame&.command, frame.inspect
    frame
  end

  def next_message(connection)
    frame(connection, 'MESSAGE')
  end

  # Performs the act with a receipt header and waits for the RECEIPT.
  def receipt(connection)
    wanted = connection.uuid
    yield({ 'receipt' => wanted })
    assert_equal wanted, frame(connection, 'RECEIPT').headers['receipt-id']
  end

  def subscribe(connection, destination, headers = {})
    id = connection.uuid
    receipt(connection) { |asking| connection.subscribe(destination, headers.merge(asking), id) }
    id
  end

  def for_each(versions)
    versions.each { |version| yield version }
  end
end
