package stentor.compare;

import java.security.Principal;
import java.util.concurrent.CompletableFuture;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/** What tests/spring/twin.cpp is in Stentor: the same functions at the same destinations. */
@SpringBootApplication
public class SpringApp {
    public static void main(String[] arguments) {
        SpringApplication.run(SpringApp.class, arguments);
    }

    @Configuration
    static class Beats {
        @Bean
        TaskScheduler beats() {
            return new ThreadPoolTaskScheduler();
        }
    }

    @Configuration
    @EnableWebSocketMessageBroker
    static class Broker implements WebSocketMessageBrokerConfigurer {
        private final TaskScheduler beats;

        Broker(TaskScheduler beats) {
            this.beats = beats;
        }

        @Override
        public void configureMessageBroker(MessageBrokerRegistry registry) {
            registry.enableSimpleBroker("/topic", "/queue").setTaskScheduler(beats)
                .setHeartbeatValue(new long[] {10_000, 10_000});
            registry.setApplicationDestinationPrefixes("/app");
            registry.setUserDestinationPrefix("/user");
        }

        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/ws");
        }

        /** A login is a user, whatever the passcode. */
        @Override
        public void configureClientInboundChannel(ChannelRegistration registration) {
            registration.interceptors(new ChannelInterceptor() {
                @Override
                public Message<?> preSend(Message<?> message, MessageChannel channel) {
                    StompHeaderAccessor accessor = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
                    if (accessor != null && StompCommand.CONNECT.equals(accessor.getCommand()) && accessor.getLogin() != null) {
                        String name = accessor.getLogin();
                        accessor.setUser(() -> name);
                    }
                    return message;
                }
            });
        }
    }

    record Name(String name) {}

    record Greeting(String content) {}

    static class OutOfStock extends RuntimeException {
        OutOfStock(String what) {
            super(what);
        }
    }

    @Controller
    @MessageMapping("/chat/{room}")
    @SendTo("/topic/chat.{room}")
    static class Chat {
        @MessageMapping("/say")
        String say(@DestinationVariable String room, String text) {
            return room + ": " + text;
        }

        @MessageMapping("/whisper")
        @SendTo("/topic/whispers")
        String whisper(String text) {
            return "whispered " + text;
        }

        @MessageMapping("/buy")
        String buy(String what) {
            throw new OutOfStock(what);
        }

        @MessageExceptionHandler
        @SendToUser(destinations = "/queue/errors", broadcast = false)
        String outOfStock(OutOfStock e) {
            return "the chat has no " + e.getMessage();
        }
    }

    @Controller
    static class Functions {
        private final SimpMessagingTemplate template;

        Functions(SimpMessagingTemplate template) {
            this.template = template;
        }

        @MessageMapping("/echo")
        String echo(String text) {
            return text;
        }

        @MessageMapping("/hello")
        @SendTo("/topic/greetings")
        Greeting hello(Name name) {
            return new Greeting("Hello, " + name.name() + "!");
        }

        @MessageMapping("/room/{id}/say")
        @SendTo("/topic/room.{id}")
        String say(@DestinationVariable String id, String text) {
            return id + ": " + text;
        }

        @MessageMapping("/number/{n}")
        @SendTo("/topic/numbers")
        String number(@DestinationVariable int n) {
            return "twice is " + 2 * n;
        }

        @MessageMapping("/mood")
        @SendTo("/topic/moods")
        String mood(@Header("mood") String mood) {
            return "mood " + mood;
        }

        @MessageMapping("/mood-or-none")
        @SendTo("/topic/moods")
        String moodOrNone(@Header(name = "mood", defaultValue = "none") String mood) {
            return "mood " + mood;
        }

        @MessageMapping("/bytes")
        @SendTo("/topic/bytes")
        byte[] bytes(byte[] bytes) {
            return bytes;
        }

        @MessageMapping("/several")
        @SendTo({"/topic/a", "/topic/b"})
        String several(String text) {
            return text;
        }

        @MessageMapping("/nothing")
        void nothing() {
        }

        @MessageMapping("/null")
        @SendTo("/topic/null")
        String nothingAtAll() {
            return null;
        }

        @MessageMapping("/later")
        @SendTo("/topic/later")
        CompletableFuture<String> later(String text) {
            return CompletableFuture.supplyAsync(() -> text + " later");
        }

        @MessageMapping("/count")
        @SendTo("/topic/count")
        String count(SimpMessageHeaderAccessor accessor) {
            int count = (int) accessor.getSessionAttributes().getOrDefault("count", 0) + 1;
            accessor.getSessionAttributes().put("count", count);
            return "call " + count;
        }

        @MessageMapping("/who")
        @SendTo("/topic/who")
        String who(Principal who) {
            return who == null ? "nobody" : who.getName();
        }

        @MessageMapping("/mine")
        @SendToUser("/queue/mine")
        String mine(String text) {
            return text;
        }

        @MessageMapping("/mine-only")
        @SendToUser(destinations = "/queue/mine", broadcast = false)
        String mineOnly(String text) {
            return text;
        }

        @MessageMapping("/tell/{name}")
        void tell(@DestinationVariable String name, String text) {
            template.convertAndSendToUser(name, "/queue/mine", text);
        }

        @MessageMapping("/fail")
        String fail() {
            throw new IllegalStateException("secret");
        }

        @MessageMapping("/buy")
        String buy(String what) {
            throw new OutOfStock(what);
        }

        @MessageExceptionHandler
        @SendToUser(destinations = "/queue/errors", broadcast = false)
        String outOfStock(OutOfStock e) {
            return "no " + e.getMessage();
        }

        @MessageMapping("/pick/exact")
        @SendTo("/topic/pick")
        String exact() {
            return "exact";
        }

        @MessageMapping("/pick/{one}")
        @SendTo("/topic/pick")
        String variable(@DestinationVariable String one) {
            return "variable " + one;
        }

        @MessageMapping("/pick/**")
        @SendTo("/topic/pick")
        String rest() {
            return "rest";
        }

        @SubscribeMapping("/init")
        String init() {
            return "first";
        }

        @SubscribeMapping("/init/{id}")
        String initOf(@DestinationVariable String id) {
            return "first of " + id;
        }

        @SubscribeMapping("/init-to")
        @SendTo("/topic/init")
        String initTo() {
            return "told all";
        }

        @SubscribeMapping("/init-fail")
        String initFail() {
            throw new IllegalStateException("secret");
        }
    }
}
